#include <engram/autodiff/optimise/adam.hpp>

#include "objective.hpp"

#include <numbers>

ENGRAM_AUTODIFF_BEGIN
namespace optimise {
namespace {

/// A function whose inputs are x, leaf by leaf, and then a batch.
template <class S>
class OfBatches {
 public:
  OfBatches(const Function<S>& f, Index size)
      : function_(f), workspace_(f.workspace()), gradient_(size), in_(f.input_shapes().size()) {
    out_.push_back(&value_);
    Index offset = 0;
    for (const Shape shape : f.output_shapes().subspan(1)) {
      out_.push_back(gradient_.data() + offset);
      offset += shape.size();
    }
  }

  Point<S> at(Flat<S> x, const std::vector<Value<S>>& batch) {
    const auto shapes = function_.input_shapes();
    const std::size_t leaves = out_.size() - 1;
    if (batch.size() != shapes.size() - leaves)
      fail("Adam", "a batch has {} parts; the first one had {}", batch.size(), shapes.size() - leaves);
    Index offset = 0;
    for (std::size_t i = 0; i < leaves; offset += shapes[i++].size()) in_[i] = x.data() + offset;
    for (std::size_t i = 0; i < batch.size(); ++i) {
      if (batch[i].shape() != shapes[leaves + i])
        fail("Adam", "part {} of a batch is {}; it was {} in the first one", i, to_string(batch[i].shape()),
             to_string(shapes[leaves + i]));
      in_[leaves + i] = batch[i].data();
    }
    function_.run(workspace_, in_, out_);
    return {std::move(x), value_, gradient_};
  }

 private:
  const Function<S>& function_;
  typename Function<S>::Workspace workspace_;
  S value_ = 0;
  Flat<S> gradient_;
  std::vector<const S*> in_;
  std::vector<S*> out_;
};

void require_possible(const Adam& a) {
  const auto decays = [](double d) { return d >= 0 && d < 1; };
  if (!(a.step > 0)) fail("Adam", "step is {}; it must be positive", a.step);
  if (!decays(a.mean_decay) || !decays(a.square_decay))
    fail("Adam", "averages decay by {} and {}; both must be at least 0 and below 1", a.mean_decay,
         a.square_decay);
  if (!(a.epsilon >= 0)) fail("Adam", "epsilon is {}; it must not be negative", a.epsilon);
}

}  // namespace
}  // namespace optimise

template <class S>
Minimum<detail::Flat<S>> Adam::run(const Function<S>& function,
                                   const std::function<std::vector<Value<S>>(Index)>& draw,
                                   detail::Flat<S> x) const {
  using namespace optimise;
  require_possible(*this);
  if (function.output_shapes()[0] != Shape{1, 1}) fail("minimize", "the function must return one number");
  OfBatches<S> f(function, x.size());
  Flat<S> mean = Flat<S>::Zero(x.size()), square = mean;
  std::optional<Point<S>> last;
  for (Index t = 0;; ++t) {
    Point<S> at = f.at(std::move(x), draw ? draw(t) : std::vector<Value<S>>{});
    if (!at.is_finite()) return stopped(last ? *last : at, t, t + 1, Stop::not_finite);
    if (!draw && at.largest() <= tolerance) return stopped(at, t, t + 1, Stop::gradient);
    if (t >= max_steps) return stopped(at, t, t + 1, Stop::max_steps);
    const double past = static_cast<double>(t), all = static_cast<double>(max_steps);
    const double size = anneal ? step / 2 * (1 + std::cos(std::numbers::pi * past / all)) : step;
    mean = S(mean_decay) * mean + S(1 - mean_decay) * at.gradient;
    square = S(square_decay) * square + S(1 - square_decay) * at.gradient.cwiseAbs2();
    const auto unbiased = [&](double decay) { return S(1 / (1 - std::pow(decay, past + 1))); };
    x = at.x.array() - S(size) * unbiased(mean_decay) * mean.array() /
                           ((unbiased(square_decay) * square.array()).sqrt() + S(epsilon));
    last = std::move(at);
  }
}

template Minimum<detail::Flat<float>> Adam::run(const Function<float>&,
                                                const std::function<std::vector<Value<float>>(Index)>&,
                                                detail::Flat<float>) const;
template Minimum<detail::Flat<double>> Adam::run(const Function<double>&,
                                                 const std::function<std::vector<Value<double>>(Index)>&,
                                                 detail::Flat<double>) const;

ENGRAM_AUTODIFF_END
