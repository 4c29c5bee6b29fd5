// What an op that knows matrices only does on stacks of them.
#include <engram/autodiff/operation.hpp>

#include "ops/strided.hpp"

#include <array>

ENGRAM_AUTODIFF_BEGIN
namespace {

/// A list of views that allocates nothing if it is short.
template <class V>
class ShortList {
 public:
  explicit ShortList(std::size_t size) : size_(size), many_(size > few_.size() ? size : 0) {}
  std::span<V> all() { return many_.empty() ? std::span(few_).first(size_) : std::span(many_); }

 private:
  std::size_t size_;
  std::array<V, 8> few_;
  std::vector<V> many_;
};

/// The shape of an x that is broadcast to y, where each of y's matrices is seen as a row.
std::optional<Shape> as_long_rows(Shape x, Shape y) {
  const bool number = x.rows == 1 && x.columns == 1;
  if (number || x.matrix() == y.matrix()) return Shape{x.stack, x.rows * x.columns};
  return std::nullopt;
}

/// Runs an elementwise op on all matrices at once, if there is a way to see them as one.
template <class S>
bool forward_as_one(const Operation<S>& op, View<S> y, std::span<const ConstView<S>> x,
                    std::span<ConstView<S>> one, OperationState* state, auto seen_as) {
  for (std::size_t i = 0; i < x.size(); ++i) {
    const std::optional<Shape> shape = seen_as(x[i].shape, y.shape);
    if (!shape) return false;
    one[i] = {x[i].data, *shape};
  }
  const View<S> result{y.data, *seen_as(y.shape, y.shape)};
  op.forward(std::span(&result, 1), one, state);
  return true;
}

}  // namespace

template <class S>
void detail::forward_on_stacks(const Operation<S>& op, std::span<const View<S>> y,
                               std::span<const ConstView<S>> x, OperationState* state) {
  ShortList<ConstView<S>> inputs(x.size());
  const auto x_s = inputs.all();
  if (op.elementwise()) {
    const auto equal = [](Shape a, Shape b) {
      return a == b ? std::optional(Shape{a.stack * a.rows, a.columns}) : std::nullopt;
    };
    if (forward_as_one(op, y[0], x, x_s, state, equal)) return;
    if (op.broadcasts() && (forward_as_one(op, y[0], x, x_s, state, below_each_other) ||
                            forward_as_one(op, y[0], x, x_s, state, as_long_rows)))
      return;
  }
  ShortList<View<S>> results(y.size());
  const auto y_s = results.all();
  for (Index s = 0; s < y[0].shape.stack; ++s) {
    for (std::size_t i = 0; i < x.size(); ++i) x_s[i] = x[i].at(s);
    for (std::size_t k = 0; k < y.size(); ++k) y_s[k] = y[k].at(s);
    op.forward(y_s, x_s, state);
  }
}

template <class S>
double detail::flops_on_stacks(const Operation<S>& op, std::span<const Shape> y, std::span<const Shape> x) {
  const auto matrices = [](std::span<const Shape> shapes) {
    std::vector<Shape> result;
    for (const Shape s : shapes) result.push_back(s.matrix());
    return result;
  };
  return static_cast<double>(y[0].stack) * op.flops(matrices(y), matrices(x));
}

template <class S>
std::string detail::explain_on_stacks(const Operation<S>& op, std::span<const ConstView<S>> x) {
  Index count = 1;
  for (const auto& v : x) count = std::max(count, v.shape.stack);
  for (Index s = 0; s < count; ++s) {
    std::vector<ConstView<S>> x_s;
    for (const auto& v : x) x_s.push_back(v.at(s));
    if (const std::string text = op.explain(x_s); !text.empty())
      return fmt::format("in matrix {} of the stack, {}", s, text);
  }
  return {};
}

#define ENGRAM_INSTANTIATE(S)                                                              \
  template void detail::forward_on_stacks(const Operation<S>&, std::span<const View<S>>,   \
                                          std::span<const ConstView<S>>, OperationState*); \
  template double detail::flops_on_stacks(const Operation<S>&, std::span<const Shape>,     \
                                          std::span<const Shape>);                         \
  template std::string detail::explain_on_stacks(const Operation<S>&, std::span<const ConstView<S>>);
ENGRAM_INSTANTIATE(float)
ENGRAM_INSTANTIATE(double)

ENGRAM_AUTODIFF_END
