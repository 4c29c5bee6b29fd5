#include <engram/laboratory/boundary.hpp>
#include <engram/plasticity/meta_loss.hpp>

#include <algorithm>

namespace engram::laboratory {

using namespace plasticity;
using V = Variable<double>;
using P = Value<double>;

namespace {

constexpr double room = 0.4;  // around the points, in the moons' radii
constexpr Index film_grid = 48;

std::vector<P> values(const std::vector<Array<double>>& arrays) { return {arrays.begin(), arrays.end()}; }

/// The forward weights before the first step and after each.
std::vector<std::vector<Array<double>>> weights_by_step(const Method& method,
                                                        const std::vector<Array<double>>& parameters,
                                                        const Episode<Array<double>>& episode, Index steps) {
  std::vector<P> inputs = values(parameters);
  for (const auto& leaf : flatten(episode)) inputs.emplace_back(leaf);
  std::vector<Shape> shapes;
  for (const P& v : inputs) shapes.push_back(v.shape());
  const Episode<Shape> form = map_leaves(episode, [](const Array<double>& a) {
    return Shape{a.rows(), a.cols()};
  });
  const auto function = autodiff::compile<double>(
      [&](std::span<const V> in) {
        const auto p = in.first(parameters.size());
        const auto e = unflatten(form, in.subspan(p.size()));
        const auto start = method.start(e.start, p);
        const auto learned =
            learn(method, start, step_data(e.batches, steps), std::vector<V>(p.begin(), p.end()), steps,
                  [](const std::vector<V>& weights, std::span<const V>) { return weights; });
        std::vector<V> results;
        const auto before = weights_of<V>(method, start);
        for (std::size_t l = 0; l < before.size(); ++l)
          results.push_back(autodiff::concatenate({before[l], learned.results[l]}, 0));
        return results;
      },
      shapes);
  const std::vector<P> stacked = function(inputs);
  std::vector<std::vector<Array<double>>> by_step(static_cast<std::size_t>(steps) + 1);
  for (std::size_t t = 0; t < by_step.size(); ++t)
    for (const P& w : stacked) {
      const Index rows = w.rows() / (steps + 1);
      by_step[t].emplace_back(w.array().middleRows(static_cast<Index>(t) * rows, rows));
    }
  return by_step;
}

}  // namespace

Scene scene_of(const Episode<Array<double>>& episode, const EpisodeSettings& settings) {
  const auto& x = episode.query_x;
  Scene s{x.col(0).minCoeff() - room, x.col(0).maxCoeff() + room, x.col(1).minCoeff() - room,
          x.col(1).maxCoeff() + room, {episode.labelled_x, {}},   {},
          settings.unlabelled};
  for (Index i = 0; i < episode.labelled_targets.rows(); ++i)
    s.labelled.labels.push_back(episode.labelled_targets(i, 1) > 0.5);
  const Index batch = settings.labelled + settings.unlabelled;
  const Index n = std::min<Index>(500, settings.steps * settings.unlabelled);
  s.unlabelled.resize(n, x.cols());
  for (Index i = 0; i < n; ++i)
    s.unlabelled.row(i) =
        episode.batches.x.row(i / settings.unlabelled * batch + settings.labelled + i % settings.unlabelled);
  return s;
}

Array<double> probability_on(const Scene& s, Index grid, const Network& network,
                             const std::vector<Array<double>>& weights) {
  Array<double> x(grid * grid, 2);
  for (Index i = 0; i < grid; ++i)
    for (Index j = 0; j < grid; ++j) {
      x(i * grid + j, 0) =
          s.x_low + (s.x_high - s.x_low) * static_cast<double>(j) / static_cast<double>(grid - 1);
      x(i * grid + j, 1) =
          s.y_low + (s.y_high - s.y_low) * static_cast<double>(i) / static_cast<double>(grid - 1);
    }
  const P p = softmax(logits(network, values(weights), P(x)));
  return reshape(slice_columns(p, 1, 1), {grid, grid}).array();
}

Film film_of(const std::string& title, const Method& method, const std::vector<Array<double>>& parameters,
             const Episode<Array<double>>& episode, const EpisodeSettings& settings, const Scene& scene) {
  Film film{title, {}, {}};
  for (const auto& weights : weights_by_step(method, parameters, episode, settings.steps)) {
    film.probability.push_back(probability_on(scene, film_grid, method.network(), weights));
    film.accuracy.push_back(
        accuracy(method.network(), values(weights), P(episode.query_x), P(episode.query_targets)).item());
  }
  return film;
}

}  // namespace engram::laboratory
