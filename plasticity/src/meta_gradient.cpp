#include <engram/plasticity/meta_gradient.hpp>

#include "block_sums.hpp"

#include <tbb/enumerable_thread_specific.h>

#include <algorithm>
#include <cmath>
#include <utility>

ENGRAM_PLASTICITY_BEGIN
namespace {

template <class Scalar>
autodiff::Function<Scalar> compiled(const Method& method, const EpisodeSettings& settings, Index every,
                                    Index window) {
  using T = Variable<Scalar>;
  validate(settings, static_cast<int>(method.network().sizes.back()));
  if (every < 1) autodiff::fail("meta-gradient", "a query after every {} steps; at least 1 is needed", every);
  if (window < 0) autodiff::fail("meta-gradient", "a window of {} steps", window);
  if (method.noise_copies() > 0)
    autodiff::fail("meta-gradient", "the method wants random numbers, which episodes do not have");
  const Episode<Shape> episode = episode_shapes(method.network(), settings);
  const std::vector<Shape> parameters = method.parameters();
  std::vector<Shape> shapes = parameters;
  for (const Shape s : flatten(episode)) shapes.push_back(s);
  return autodiff::compile<Scalar>(
      [&](std::span<const T> in) {
        const auto p = in.first(parameters.size());
        const T loss = meta_loss(method, {p.begin(), p.end()}, unflatten(episode, in.subspan(p.size())),
                                 settings.steps, every, window);
        std::vector<T> results{loss};
        for (const T& g : gradient(loss, p)) results.push_back(g);
        return results;
      },
      shapes);
}

/// Leaves of these shapes, which stand one after another.
template <class Scalar>
std::vector<Array<double>> wide(std::span<const Scalar> numbers, std::span<const Shape> shapes) {
  std::vector<Array<double>> all;
  const Scalar* place = numbers.data();
  for (const Shape s : shapes) {
    all.emplace_back(Eigen::Map<const Array<Scalar>>(place, s.rows, s.columns).template cast<double>());
    place += s.rows * s.columns;
  }
  return all;
}

/// What is known of a task but for its gradient.
struct Task {
  double loss = 0, norm = 0;
};

}  // namespace

double norm(const std::vector<Array<double>>& leaves) {
  double squares = 0;
  for (const auto& leaf : leaves) squares += leaf.square().sum();
  return std::sqrt(squares);
}

template <class Scalar>
struct MetaGradient<Scalar>::Impl {
  explicit Impl(autodiff::Function<Scalar> f) : function(std::move(f)) {}

  autodiff::Function<Scalar> function;
  using Workspace = typename autodiff::Function<Scalar>::Workspace;
  tbb::enumerable_thread_specific<Workspace> workspaces{[this] { return function.workspace(); }};
};

template <class Scalar>
MetaGradient<Scalar>::MetaGradient(const Method& method, const EpisodeSettings& episode,
                                   Index objective_every, Index window)
    : impl_(std::make_unique<Impl>(compiled<Scalar>(method, episode, objective_every, window))) {}
template <class Scalar>
MetaGradient<Scalar>::MetaGradient(MetaGradient&&) noexcept = default;
template <class Scalar>
MetaGradient<Scalar>& MetaGradient<Scalar>::operator=(MetaGradient&&) noexcept = default;
template <class Scalar>
MetaGradient<Scalar>::~MetaGradient() = default;

template <class Scalar>
const autodiff::Function<Scalar>& MetaGradient<Scalar>::function() const {
  return impl_->function;
}

template <class Scalar>
MetaResult MetaGradient<Scalar>::operator()(const std::vector<Array<double>>& parameters, std::size_t count,
                                            const DrawEpisode& draw, double task_clip,
                                            Communicator& communicator) {
  if (count == 0) autodiff::fail("meta-gradient", "there is no mean over no episodes");
  const auto cast = [](const Array<double>& a) { return Value<Scalar>(a.cast<Scalar>()); };
  std::vector<Value<Scalar>> leaves;
  for (const auto& p : parameters) leaves.push_back(cast(p));
  const auto shapes = impl_->function.output_shapes().subspan(1);
  std::size_t width = 0;
  for (const Shape s : shapes) width += static_cast<std::size_t>(s.rows * s.columns);
  const auto left_out = [&](const Task& t) { return task_clip > 0 && !std::isfinite(t.norm); };
  const auto weight = [&](const Task& t) {
    return task_clip > 0 && !left_out(t) ? std::min(1.0, task_clip / t.norm) : 1;
  };
  const auto compute = [&](std::size_t i, std::span<Scalar> row) {
    std::vector<Value<Scalar>> inputs = leaves;
    for (const auto& v : flatten(map_leaves(draw(i), cast))) inputs.push_back(v);
    std::vector<const Scalar*> in;
    for (const auto& v : inputs) in.push_back(v.data());
    Scalar loss = 0;
    std::vector<Scalar*> out{&loss};
    Scalar* place = row.data();
    for (const Shape s : shapes) out.push_back(std::exchange(place, place + s.rows * s.columns));
    impl_->function.run(impl_->workspaces.local(), in, out);
    const Task task{static_cast<double>(loss), norm(wide<Scalar>(row, shapes))};
    if (left_out(task)) std::ranges::fill(row, Scalar(0));
    return task;
  };
  BlockSums<Scalar, Task, decltype(compute), decltype(weight)> sums(count, width, compute, weight);
  const std::vector<double> total = sums.run(communicator);

  MetaResult mean{0, wide<double>(total, shapes)};
  double counted = 0;
  for (const Task& t : sums.facts()) {
    mean.norms.push_back(t.norm);
    if (left_out(t)) continue;
    mean.loss += t.loss;
    ++counted;
  }
  mean.loss /= counted;
  for (auto& g : mean.gradient) g /= static_cast<double>(count);
  return mean;
}

template class MetaGradient<float>;
template class MetaGradient<double>;

ENGRAM_PLASTICITY_END
