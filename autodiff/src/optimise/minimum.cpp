#include <engram/autodiff/optimise/minimum.hpp>

#include <fmt/format.h>

#include <algorithm>

ENGRAM_AUTODIFF_BEGIN
namespace detail {

std::string describe(double value, double gradient, Index steps, Index evaluations, Stop stop) {
  const char* const how = stop == Stop::gradient    ? "converged"
                          : stop == Stop::step      ? "converged to rounding"
                          : stop == Stop::max_steps ? "not converged"
                                                    : "no finite value or derivative at the start";
  return fmt::format("{}: gradient {:.2g} after {} steps, {} evaluations; value {:.6g}", how, gradient, steps,
                     evaluations, value);
}

template <class S>
Flat<S> flat_of(std::span<const Value<S>> leaves) {
  Index size = 0;
  for (const Value<S>& leaf : leaves) size += leaf.shape().size();
  if (size == 0) fail("minimize", "nothing to change: the first guess has no entries");
  Flat<S> x(size);
  S* to = x.data();
  for (const Value<S>& leaf : leaves) to = std::copy_n(leaf.data(), leaf.shape().size(), to);
  return x;
}

template <class S>
std::vector<Value<S>> leaves_like(std::span<const Value<S>> like, const Flat<S>& x) {
  std::vector<Value<S>> leaves;
  const S* from = x.data();
  for (const Value<S>& leaf : like) {
    Value<S> v(leaf.shape());
    std::copy_n(from, v.shape().size(), v.data());
    from += v.shape().size();
    leaves.push_back(std::move(v));
  }
  return leaves;
}

template <class S>
FlatFunction<S>::FlatFunction(Function<S> f, std::size_t lists)
    : function_(std::move(f)),
      workspace_(function_.workspace()),
      leaves_(function_.input_shapes().size() / lists),
      in_(function_.input_shapes().size()),
      out_(function_.output_shapes().size()) {
  for (const Shape shape : function_.input_shapes().first(leaves_)) inputs_ += shape.size();
  for (const Shape shape : function_.output_shapes()) outputs_ += shape.size();
}

template <class S>
void FlatFunction<S>::operator()(std::initializer_list<const S*> lists, S* y) {
  std::size_t i = 0;
  for (const S* from : lists)
    for (const Shape shape : function_.input_shapes().first(leaves_)) {
      in_[i++] = from;
      from += shape.size();
    }
  for (std::size_t k = 0; k < out_.size(); ++k) {
    out_[k] = y;
    y += function_.output_shapes()[k].size();
  }
  function_.run(workspace_, in_, out_);
}

#define ENGRAM_INSTANTIATE(S)                                                            \
  template Flat<S> flat_of(std::span<const Value<S>>);                                   \
  template std::vector<Value<S>> leaves_like(std::span<const Value<S>>, const Flat<S>&); \
  template class FlatFunction<S>;
ENGRAM_INSTANTIATE(float)
ENGRAM_INSTANTIATE(double)
#undef ENGRAM_INSTANTIATE

}  // namespace detail
ENGRAM_AUTODIFF_END
