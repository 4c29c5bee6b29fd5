#include <engram/plasticity/meta_gradient.hpp>

#include <tbb/enumerable_thread_specific.h>
#include <tbb/parallel_for.h>

ENGRAM_PLASTICITY_BEGIN
namespace {

template <class Scalar>
autodiff::Function<Scalar> compiled(const Network& network, const RuleSettings& rule,
                                    const EpisodeSettings& settings, Index every) {
  using T = Variable<Scalar>;
  validate(network);
  validate(settings, static_cast<int>(network.sizes.back()));
  if (every < 1) autodiff::fail("meta-gradient", "a query after every {} steps; at least 1 is needed", every);
  const Theta<Shape> theta = theta_shapes(rule);
  const Episode<Shape> episode = episode_shapes(network, settings);
  const std::vector<Shape> parameters = flatten(theta);
  std::vector<Shape> shapes = parameters;
  for (const Shape s : flatten(episode)) shapes.push_back(s);
  return autodiff::compile<Scalar>(
      [&](std::span<const T> in) {
        const auto t = unflatten(theta, in.first(parameters.size()));
        const T loss = meta_loss(network, rule, t, unflatten(episode, in.subspan(parameters.size())),
                                 settings.steps, every);
        std::vector<T> results{loss};
        for (const T& g : gradient(loss, flatten(t))) results.push_back(g);
        return results;
      },
      shapes);
}

}  // namespace

template <class Scalar>
struct MetaGradient<Scalar>::Impl {
  explicit Impl(autodiff::Function<Scalar> f) : function(std::move(f)) {}

  autodiff::Function<Scalar> function;
  using Workspace = typename autodiff::Function<Scalar>::Workspace;
  tbb::enumerable_thread_specific<Workspace> workspaces{[this] { return function.workspace(); }};
};

template <class Scalar>
MetaGradient<Scalar>::MetaGradient(const Network& network, const RuleSettings& rule,
                                   const EpisodeSettings& episode, Index objective_every)
    : impl_(std::make_unique<Impl>(compiled<Scalar>(network, rule, episode, objective_every))) {}
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
MetaResult MetaGradient<Scalar>::operator()(const Theta<Array<double>>& theta, std::size_t count,
                                            const std::function<Episode<Array<double>>(std::size_t)>& draw) {
  if (count == 0) autodiff::fail("meta-gradient", "there is no mean over no episodes");
  const auto cast = [](const Array<double>& a) { return Value<Scalar>(a.cast<Scalar>()); };
  const std::vector<Value<Scalar>> parameters = flatten(map_leaves(theta, cast));
  const auto shapes = impl_->function.output_shapes();
  std::vector<std::vector<Value<Scalar>>> results(count);
  tbb::parallel_for(std::size_t{0}, count, [&](std::size_t i) {
    std::vector<Value<Scalar>> inputs = parameters;
    for (const auto& v : flatten(map_leaves(draw(i), cast))) inputs.push_back(v);
    std::vector<const Scalar*> in;
    std::vector<Scalar*> out;
    for (const auto& v : inputs) in.push_back(v.data());
    for (const Shape s : shapes) out.push_back(results[i].emplace_back(s).data());
    impl_->function.run(impl_->workspaces.local(), in, out);
  });

  MetaResult mean{0, map_leaves(theta, [](const Array<double>& a) -> Array<double> { return a * 0.0; })};
  for (const auto& result : results) {
    mean.loss += static_cast<double>(result[0].item()) / static_cast<double>(count);
    std::size_t next = 1;
    mean.gradient = map_leaves(mean.gradient, [&](const Array<double>& sum) -> Array<double> {
      return sum + result[next++].array().template cast<double>() / static_cast<double>(count);
    });
  }
  return mean;
}

template class MetaGradient<float>;
template class MetaGradient<double>;

ENGRAM_PLASTICITY_END
