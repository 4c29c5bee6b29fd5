#include <engram/autodiff/kernels.hpp>
#include <engram/autodiff/ops.hpp>

#include "instantiate.hpp"
#include "recognise.hpp"

#include <algorithm>

ENGRAM_AUTODIFF_BEGIN
namespace {

/// Whether x broadcasts to y.
bool broadcasts(Shape x, Shape y) {
  const auto axis = [](Index m, Index n) { return m == n || (m == 1 && n >= 0); };
  return axis(x.rows, y.rows) && axis(x.columns, y.columns);
}

/// Calls `over_rows(x, y, m, n)` or `over_columns` so that the m x n matrices of x are reduced to the shape
/// of those of y: all at once, unless their rows are.
template <class S, class OverRows, class OverColumns>
void reduce(View<S> y, ConstView<S> x, OverRows over_rows, OverColumns over_columns) {
  const Shape from = x.shape, to = y.shape;
  if (to.rows == 1 && to.columns == 1)
    over_columns(x.data, y.data, from.stack, from.rows * from.columns);
  else if (to.rows == 1 && to.columns == from.columns)
    for (Index s = 0; s < from.stack; ++s) over_rows(x.at(s).data, y.at(s).data, from.rows, from.columns);
  else
    over_columns(x.data, y.data, from.stack * from.rows, from.columns);
}

/// Base of Derived, which reduces each matrix to the shape `to`.
template <class Derived>
struct Reduction {
  static constexpr bool shows_nan = true;
  Shape to;
  explicit Reduction(Shape s) : to(s) {}
  bool operator==(const Reduction&) const = default;
  Within within(std::size_t) const { return {to.rows != 1, to.columns != 1}; }
  static double flops(std::span<const Shape>, std::span<const Shape> x) {
    return static_cast<double>(x[0].size());
  }
  template <class S>
  bool side_by_side(std::span<const View<S>> y, std::span<const ConstView<S>> x) const {
    static_cast<const Derived&>(*this).forward(y[0], x[0]);
    return true;
  }
};

struct SumTo : Reduction<SumTo> {
  static constexpr auto name = "sum";
  using Reduction::Reduction;

  Shape shape(Shape x) const {
    if (!broadcasts(to, x)) fail(name, "{} cannot be summed to {}", to_string(x), to_string(to));
    return to;
  }
  template <class S>
  void forward(View<S> y, ConstView<S> x) const {
    reduce(y, x, kernels::sum_over_rows<S>, kernels::sum_over_columns<S>);
  }
  static constexpr auto vjp = rules([](auto& g, auto&, auto& x) { return broadcast_to(g, x.shape()); });
};

struct BroadcastTo {
  static constexpr auto name = "broadcast_to";
  static constexpr bool moves = true;
  static constexpr bool shows_nan = true;
  Shape to;
  bool operator==(const BroadcastTo&) const = default;
  static Within within(std::size_t) { return {true, true}; }

  Shape shape(Shape x) const {
    if (!broadcasts(x, to)) fail(name, "{} does not broadcast to {}", to_string(x), to_string(to));
    return to;
  }
  template <class S>
  void forward(View<S> y, ConstView<S> x) const {
    const Index rows = y.shape.rows, columns = y.shape.columns;
    for (Index r = 0; r < rows; ++r) {
      const S* from = x.data + (x.shape.rows == 1 ? 0 : r * x.shape.columns);
      if (x.shape.columns == 1)
        std::fill_n(y.data + r * columns, columns, *from);
      else
        std::copy_n(from, columns, y.data + r * columns);
    }
  }
  static constexpr auto vjp = rules([](auto& g, auto&, auto& x) { return sum_to(g, x.shape()); });
};

struct MaxTo : Reduction<MaxTo> {
  static constexpr auto name = "max";
  using Reduction::Reduction;

  Shape shape(Shape x) const {
    if (x.size() == 0 && to.size() > 0) fail(name, "there is no maximum of no elements: {}", to_string(x));
    return to;
  }
  template <class S>
  void forward(View<S> y, ConstView<S> x) const {
    reduce(y, x, kernels::max_over_rows<S>, kernels::max_over_columns<S>);
  }
  static constexpr auto vjp = rules([](auto& g, auto& y, auto& x) {
    const auto largest = equal(x, y);
    const auto none = select(equal(y, y), 0.0, y);  // NaN where y is
    return select(largest, g / sum_to(largest, y.shape()), none);
  });
};

/// A sum, divided by how many numbers are added.
struct Mean : Reduction<Mean> {
  static constexpr auto name = "mean";
  using Reduction::Reduction;

  Shape shape(Shape x) const {
    if (x.size() == 0 && to.size() > 0) fail(name, "there is no mean of no elements: {}", to_string(x));
    return to;
  }
  template <class S>
  void forward(View<S> y, ConstView<S> x) const {
    reduce(y, x, kernels::mean_over_rows<S>, kernels::mean_over_columns<S>);
  }
  static constexpr auto vjp = rules([](auto& g, auto&, auto& x) {
    const auto size = [](const auto& v) { return static_cast<double>(v.shape().matrix().size()); };
    return broadcast_to(g * (size(g) / size(x)), x.shape());
  });
};

/// The sum of a product, entry by entry.
struct SumOfProducts : CompiledOnly {
  static constexpr bool sees_stacks = true;
  static constexpr const char* name = "sum_of_products";
  Product product;
  explicit SumOfProducts(Product p) : product(p) {}
  bool operator==(const SumOfProducts& o) const { return product == o.product; }
  static double flops(std::span<const Shape>, std::span<const Shape> x) {
    return 2.0 * static_cast<double>(x[0].size());
  }
  template <class S>
  void forward(std::span<const View<S>> y, std::span<const ConstView<S>> x) const {
    constexpr Index few = 16, most = 64;  // so few are summed in another order, of so many matrices at once
    const S *a = x[0].data, *b = x[1].data;
    const Index count = x[0].shape.stack, n = x[0].shape.rows * x[0].shape.columns;
    const bool pulls = product == Product::pull;
    if (n > few) {
      for (Index s = 0; s < count; ++s, a += n, b += n)
        y[0].data[s] = pulls ? kernels::sum_of_pulls(a, b, n) : kernels::sum_of_products(a, b, n);
      return;
    }
    S products[few * most];
    for (Index s = 0; s < count; s += most) {
      const Index matrices = std::min(most, count - s);
      for (Index i = 0; i < matrices * n; ++i, ++a, ++b) products[i] = pulls && *a == 0 ? 0 : *a * *b;
      kernels::sum_over_columns(products, y[0].data + s, matrices, n);
    }
  }
};

Shape reduced(const char* where, Shape x, int axis) {
  if (axis != 0 && axis != 1)
    fail(where, "axis {} does not exist; 0 runs over the rows, 1 over the columns", axis);
  return axis == 0 ? Shape{1, x.columns} : Shape{x.rows, 1};
}

}  // namespace

template <Differentiable T>
T sum_to(T x, Shape shape) {
  return x.shape().matrix() == shape.matrix() ? std::move(x) : apply(SumTo{shape.matrix()}, x);
}
template <Differentiable T>
T broadcast_to(T x, Shape shape) {
  return x.shape().matrix() == shape.matrix() ? std::move(x) : apply(BroadcastTo{shape.matrix()}, x);
}
template <Differentiable T>
T sum(const T& x) {
  return sum_to(x, {1, 1});
}
template <Differentiable T>
T sum(const T& x, int axis) {
  return sum_to(x, reduced("sum", x.shape(), axis));
}
template <Differentiable T>
T mean(const T& x) {
  return apply(Mean{{1, 1}}, x);
}
template <Differentiable T>
T mean(const T& x, int axis) {
  return apply(Mean{reduced("mean", x.shape(), axis)}, x);
}
template <Differentiable T>
T max(const T& x) {
  return apply(MaxTo{{1, 1}}, x);
}
template <Differentiable T>
T max(const T& x, int axis) {
  return apply(MaxTo{reduced("max", x.shape(), axis)}, x);
}

#define ENGRAM_INSTANTIATE(T) template T sum_to(T, Shape);
ENGRAM_FOR_NUMBERS(ENGRAM_INSTANTIATE)
#undef ENGRAM_INSTANTIATE
#define ENGRAM_INSTANTIATE(T)        \
  template T sum_to(T, Shape);       \
  template T broadcast_to(T, Shape); \
  template T sum(const T&);          \
  template T sum(const T&, int);     \
  template T mean(const T&);         \
  template T mean(const T&, int);    \
  template T max(const T&);          \
  template T max(const T&, int);
ENGRAM_FOR_ALL(ENGRAM_INSTANTIATE)

template <class S>
bool is_total(const Operation<S>& operation) {
  return op_of<SumTo>(operation) != nullptr;
}
template bool is_total(const Operation<float>&);
template bool is_total(const Operation<double>&);

template <class S>
bool is_repetition(const Operation<S>& operation) {
  return op_of<BroadcastTo>(operation) != nullptr;
}
template bool is_repetition(const Operation<float>&);
template bool is_repetition(const Operation<double>&);

template <class S>
OperationPtr<S> sum_of_products(const Operation<S>& operation, Product product) {
  const auto* sum = op_of<SumTo>(operation);
  return sum && sum->to == Shape{1, 1} ? make_operation<S>(SumOfProducts{product}) : nullptr;
}
template OperationPtr<float> sum_of_products(const Operation<float>&, Product);
template OperationPtr<double> sum_of_products(const Operation<double>&, Product);

ENGRAM_AUTODIFF_END
