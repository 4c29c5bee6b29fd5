#include <engram/plasticity/evaluate.hpp>
#include <engram/plasticity/inner_losses/supervised.hpp>

#include "shared_tasks.hpp"

#include <algorithm>

ENGRAM_PLASTICITY_BEGIN
namespace {

using V = Variable<double>;

/// Accuracy on the query and loss on the labelled points.
std::vector<V> measure(const Network& network, const std::vector<V>& weights, std::span<const V> data) {
  return {accuracy(network, weights, data[0], data[1]), mean_loss(network, weights, data[2], data[3])};
}

Random trial_stream(const TaskFamily& family, const Random& random, std::size_t i) {
  return random.split(family.name).split(i);
}

/// How many numbers a trial gives: a process without trials learns it from the others.
Index agreed_columns(Communicator& communicator, Index mine) {
  std::vector<Index> all(communicator.size());
  all[communicator.rank()] = mine;
  communicator.gather(std::as_writable_bytes(std::span(all)), all.size());
  return std::ranges::max(all);
}

}  // namespace

Learner::Learner(const Method& method, const EpisodeSettings& settings)
    : network_(method.network()), episode_(settings), noise_copies_(method.noise_copies()) {
  validate(settings, static_cast<int>(network_.sizes.back()));
  const Episode<Shape> episode = episode_shapes(network_, settings);
  const std::vector<Shape> parameters = method.parameters();
  std::vector<Shape> shapes = parameters;
  for (const Shape s : flatten(episode)) shapes.push_back(s);
  const std::size_t noise_from = shapes.size();
  shapes.insert(shapes.end(), static_cast<std::size_t>(noise_copies_), episode.batches.x);
  function_ = std::make_shared<autodiff::Function<double>>(autodiff::compile<double>(
      [&](std::span<const V> in) {
        const auto p = in.first(parameters.size());
        const auto e = unflatten(episode, in.subspan(p.size(), noise_from - p.size()));
        StepData<V> data = step_data(e.batches, settings.steps);
        data.noise.assign(in.begin() + static_cast<std::ptrdiff_t>(noise_from), in.end());
        const std::vector<V> judges{e.query_x, e.query_targets, e.labelled_x, e.labelled_targets};
        std::vector<V> constants(p.begin(), p.end());
        constants.insert(constants.end(), judges.begin(), judges.end());
        const std::vector<V> start = method.start(e.start, p);
        const auto learned = learn(method, start, data, constants, settings.steps,
                                   [&](const std::vector<V>& weights, std::span<const V> c) {
                                     return measure(network_, weights, c.subspan(parameters.size()));
                                   });
        std::vector<V> results = measure(network_, weights_of<V>(method, start), judges);
        for (std::size_t k = 0; k < results.size(); ++k)
          results[k] = autodiff::concatenate({results[k], learned.results[k]}, 0);
        for (const V& w : weights_of<V>(method, learned.carry)) results.push_back(w);
        return results;
      },
      shapes));
}

Learner Learner::backprop(const Network& network, Optimizer optimizer, const EpisodeSettings& episode) {
  return {GradientDescent<Supervised>{network, optimizer}, episode};
}

Learned Learner::operator()(const std::vector<Array<double>>& parameters,
                            const Episode<Array<double>>& episode, Random noise) const {
  std::vector<Value<double>> inputs;
  for (const auto& p : parameters) inputs.emplace_back(p);
  for (const auto& leaf : flatten(episode)) inputs.emplace_back(leaf);
  for (Index copy = 0; copy < noise_copies_; ++copy)
    inputs.emplace_back(normal(noise, episode.batches.x.rows(), episode.batches.x.cols()));
  const auto results = (*function_)(inputs);
  Learned learned{results[0].array().transpose(), results[1].array().transpose(), {}};
  for (std::size_t l = 2; l < results.size(); ++l) learned.weights.emplace_back(results[l].array());
  return learned;
}

Episode<Array<double>> draw_trial(const TaskFamily& family, const Network& network,
                                  const EpisodeSettings& episode, const Random& random, std::size_t i) {
  const Random trial = trial_stream(family, random, i);
  return draw_episode(network, episode, *family.draw(trial.split("task")), trial.split("episode"));
}

Evaluation evaluate(const LearnEpisode& learn, const Network& network, const EpisodeSettings& episode,
                    const TaskFamily& family, std::size_t trials, const Random& random,
                    Communicator& communicator) {
  std::vector<Learned> learned(trials);
  compute_share(communicator, trials, [&](std::size_t i) {
    learned[i] = learn(draw_trial(family, network, episode, random, i),
                       trial_stream(family, random, i).split("noise"));
  });
  const Share mine = communicator.share(trials);
  const Index columns =
      agreed_columns(communicator, mine.size() == 0 ? 0 : learned[mine.begin].accuracy.cols());
  const auto stacked = [&](Array<double> Learned::*row) {
    Array<double> rows(static_cast<Index>(trials), columns);
    for (std::size_t i = mine.begin; i < mine.end; ++i) rows.row(static_cast<Index>(i)) = learned[i].*row;
    communicator.gather(std::as_writable_bytes(std::span(rows.data(), static_cast<std::size_t>(rows.size()))),
                        trials);
    return rows;
  };
  return {stacked(&Learned::accuracy), stacked(&Learned::train_loss)};
}

Evaluation evaluate(const Learner& learner, const std::vector<Array<double>>& parameters,
                    const TaskFamily& family, std::size_t trials, const Random& random,
                    Communicator& communicator) {
  const auto learn = [&](const Episode<Array<double>>& episode, const Random& noise) {
    return learner(parameters, episode, noise);
  };
  return evaluate(learn, learner.network(), learner.episode(), family, trials, random, communicator);
}

ENGRAM_PLASTICITY_END
