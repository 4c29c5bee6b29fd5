#include "meta_training.hpp"

#include <engram/plasticity/rules/learned_loss.hpp>
#include <engram/plasticity/tasks/two_moons.hpp>

namespace engram::demos {

using namespace plasticity;
using autodiff::Function;
using autodiff::Shape;
using autodiff::StepResult;
using V = autodiff::Variable<double>;
using P = autodiff::Value<double>;

namespace {

/// The mean meta-loss over tasks whose leaves are stacked below each other: a loop over the tasks.
V mean_meta_loss(const Problem& problem, const std::vector<V>& theta, std::span<const V> stacked,
                 Index tasks) {
  const auto task = [&](std::span<const V>, std::span<const V> leaves, std::span<const V> c) {
    const auto episode = unflatten(episode_shapes(problem.network, problem.episode), leaves);
    const V loss = meta_loss(problem.network, problem.rule, unflatten(Theta<V>{}, c), episode,
                             problem.episode.steps, problem.episode.steps);
    return StepResult<V>{{}, {loss}};
  };
  return mean(autodiff::scan<double>(task, {}, {stacked.begin(), stacked.end()}, theta, tasks).results[0]);
}

/// Inputs: logarithm of the learning rate, β₁, β₂; the leaves of θ; of the training tasks; of the test tasks.
Function<double> compile_outer_loop(const Problem& problem, const std::vector<Shape>& shapes,
                                    std::size_t parameters, std::size_t episode_leaves) {
  return autodiff::compile<double>(
      [&](const std::vector<V>& in) {
        const std::vector<V> hyper(in.begin(), in.begin() + 3);
        const V rate = exp(hyper[0] * std::log(10.0));
        const std::span<const V> rest = std::span(in).subspan(3);
        const std::vector<V> theta(rest.begin(), rest.begin() + static_cast<std::ptrdiff_t>(parameters));
        const auto training = rest.subspan(parameters, episode_leaves);
        const auto test = rest.subspan(parameters + episode_leaves);

        const AdamState<V> start = adam_start(theta);
        const auto outer_step = [&](std::span<const V> carry, std::span<const V> tasks,
                                    std::span<const V> c) {
          const std::vector<V> now(carry.begin(), carry.begin() + static_cast<std::ptrdiff_t>(parameters));
          AdamState<V> state = unflatten(start, carry.subspan(parameters));
          const V loss = mean_meta_loss(problem, now, tasks, problem.tasks);
          const V epsilon = c[0].tape().constant(1e-8);
          std::vector<V> next = adam_step<V>({c[0], c[1], c[2], epsilon}, state, now, gradient(loss, now));
          for (const V& v : flatten(state)) next.push_back(v);
          return StepResult<V>{next, {loss}};
        };
        std::vector<V> carry = theta;
        for (const V& v : flatten(start)) carry.push_back(v);
        const auto run = autodiff::scan<double>(outer_step, carry, {training.begin(), training.end()},
                                                {rate, hyper[1], hyper[2]}, problem.outer_steps);
        const std::vector<V> trained(run.carry.begin(),
                                     run.carry.begin() + static_cast<std::ptrdiff_t>(parameters));
        const V loss = mean_meta_loss(problem, trained, test, problem.test_tasks);
        std::vector<V> out = gradient(loss, hyper);
        out.insert(out.end(), {loss, run.results[0]});
        return out;
      },
      shapes);
}

template <template <class> class Tree>
std::vector<P> leaves_of(const Tree<Array<double>>& tree) {
  return flatten(map_leaves(tree, [](const Array<double>& a) { return P(a); }));
}

/// The leaves of many episodes, stacked.
std::vector<P> stack_episodes(const Problem& problem, const Random& random, Index count) {
  const TaskFamily family = two_moons(TwoMoonsOptions::random());
  std::vector<std::vector<P>> leaves;
  for (Index i = 0; i < count; ++i) {
    const Random own = random.split(static_cast<std::uint64_t>(i));
    const auto task = family.draw(own.split("task"));
    const auto episode = draw_episode(problem.network, problem.episode, *task, own.split("episode"));
    const auto list = leaves_of(episode);
    leaves.resize(list.size());
    for (std::size_t k = 0; k < list.size(); ++k) leaves[k].push_back(list[k]);
  }
  std::vector<P> stacked;
  for (const auto& parts : leaves) stacked.push_back(concatenate(parts, 0));
  return stacked;
}

}  // namespace

struct MetaTraining::Impl {
  std::vector<P> inputs;  // three settings, then what the seed fixes
  Function<double> function;
};

MetaTraining::MetaTraining(const Problem& problem, std::uint64_t seed) {
  const Random random(seed);
  std::vector<P> inputs(3, P(0.0));
  const auto theta = initial_theta(problem.rule, problem.network.depth(), random.split("theta"));
  const auto parameters = leaves_of(theta);
  inputs.insert(inputs.end(), parameters.begin(), parameters.end());
  const auto training =
      stack_episodes(problem, random.split("training"), problem.outer_steps * problem.tasks);
  inputs.insert(inputs.end(), training.begin(), training.end());
  for (const P& v : stack_episodes(problem, random.split("test"), problem.test_tasks)) inputs.push_back(v);
  std::vector<Shape> shapes;
  for (const P& v : inputs) shapes.push_back(v.shape());
  impl_ = std::make_unique<Impl>(
      Impl{inputs, compile_outer_loop(problem, shapes, parameters.size(), training.size())});
}
MetaTraining::MetaTraining(MetaTraining&&) noexcept = default;
MetaTraining::~MetaTraining() = default;

Outcome MetaTraining::operator()(double learning_rate, double beta1, double beta2) const {
  std::vector<P> inputs = impl_->inputs;
  inputs[0] = P(std::log10(learning_rate));
  inputs[1] = P(beta1);
  inputs[2] = P(beta2);
  const std::vector<P> out = impl_->function(inputs);
  const auto losses = out[4].array();
  return {learning_rate, out[3].item(), out[0].item(),
          out[1].item(), out[2].item(), {losses.data(), losses.data() + losses.size()}};
}

std::string MetaTraining::describe() const {
  const std::string text = impl_->function.describe();
  return text.substr(0, text.find('\n'));
}

}  // namespace engram::demos
