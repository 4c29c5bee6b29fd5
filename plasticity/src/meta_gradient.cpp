#include <engram/plasticity/meta_gradient.hpp>

#include "shared_tasks.hpp"

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
std::vector<Array<double>> wide(const Scalar* numbers, std::span<const Shape> shapes) {
  std::vector<Array<double>> all;
  for (const Shape s : shapes) {
    all.emplace_back(Eigen::Map<const Array<Scalar>>(numbers, s.rows, s.columns).template cast<double>());
    numbers += s.rows * s.columns;
  }
  return all;
}

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
  // A row is a loss and its gradient.
  const auto shapes = impl_->function.output_shapes();
  Index width = 0;
  for (const Shape s : shapes) width += s.rows * s.columns;
  const auto rows = shared_out<Scalar>(communicator, count, static_cast<std::size_t>(width),
                                       [&](std::size_t i, std::span<Scalar> row) {
                                         std::vector<Value<Scalar>> inputs = leaves;
                                         for (const auto& v : flatten(map_leaves(draw(i), cast)))
                                           inputs.push_back(v);
                                         std::vector<const Scalar*> in;
                                         std::vector<Scalar*> out;
                                         for (const auto& v : inputs) in.push_back(v.data());
                                         Scalar* place = row.data();
                                         for (const Shape s : shapes)
                                           out.push_back(std::exchange(place, place + s.rows * s.columns));
                                         impl_->function.run(impl_->workspaces.local(), in, out);
                                       });

  MetaResult mean;
  for (const auto& p : parameters) mean.gradient.push_back(Array<double>::Zero(p.rows(), p.cols()));
  double left_out = 0;
  for (const Scalar* row = rows.data(); row != rows.data() + rows.size(); row += width) {
    const std::vector<Array<double>> gradient = wide(row + 1, std::span(shapes).subspan(1));
    mean.norms.push_back(norm(gradient));
    if (task_clip > 0 && !std::isfinite(mean.norms.back())) {
      ++left_out;
      continue;
    }
    const double factor = task_clip > 0 ? std::min(1.0, task_clip / mean.norms.back()) : 1;
    mean.loss += static_cast<double>(row[0]);
    for (std::size_t k = 0; k < gradient.size(); ++k) mean.gradient[k] += factor * gradient[k];
  }
  const auto all = static_cast<double>(count);
  mean.loss /= all - left_out;
  for (auto& g : mean.gradient) g /= all;
  return mean;
}

template class MetaGradient<float>;
template class MetaGradient<double>;

ENGRAM_PLASTICITY_END
