#include "axis.hpp"
#include "instantiate.hpp"

#include <algorithm>
#include <limits>
#include <numeric>

ENGRAM_AUTODIFF_BEGIN
namespace {

struct ArgSort {
  static constexpr auto name = "argsort";
  int axis;
  bool operator==(const ArgSort&) const = default;
  Within within(std::size_t) const { return within_lines(axis); }
  static Shape shape(Shape x) { return x; }
  template <class S>
  void forward(View<S> y, ConstView<S> x) const {
    const Lines lines(x.shape, axis);
    std::vector<Index> order(static_cast<std::size_t>(lines.length));
    for (Index line = 0; line < lines.count; ++line) {
      std::iota(order.begin(), order.end(), Index{0});
      std::stable_sort(order.begin(), order.end(), [&](Index i, Index j) {
        const S a = x.data[lines.at(line, i)], b = x.data[lines.at(line, j)];
        return a < b || (b != b && a == a);
      });
      for (Index k = 0; k < lines.length; ++k)
        y.data[lines.at(line, k)] = static_cast<S>(order[static_cast<std::size_t>(k)]);
    }
  }
  static constexpr auto vjp = rules(no_gradient);
};

struct PutAlong;

struct TakeAlong {
  static constexpr auto name = "take_along";
  int axis;
  bool operator==(const TakeAlong&) const = default;
  Within within(std::size_t) const { return within_lines(axis); }
  Shape shape(Shape x, Shape indices) const {
    if (size_along(x, 1 - axis) != size_along(indices, 1 - axis))
      fail(name, "entries {} and indices {} differ in {}", to_string(x), to_string(indices),
           axis == 0 ? "columns" : "rows");
    return indices;
  }
  template <class S>
  void forward(View<S> y, ConstView<S> x, ConstView<S> indices) const {
    const Lines from(x.shape, axis), to(y.shape, axis);
    for (Index line = 0; line < to.count; ++line)
      for (Index k = 0; k < to.length; ++k) {
        const Index i = index_of(indices.data[to.at(line, k)], from.length);
        y.data[to.at(line, k)] = i < 0 ? std::numeric_limits<S>::quiet_NaN() : x.data[from.at(line, i)];
      }
  }
  static constexpr auto vjp = rules(
      [](auto& op, auto& g, auto&, auto& x, auto& indices) {
        return apply(PutAlong{op.axis, size_along(x.shape(), op.axis)}, g, indices);
      },
      no_gradient);
};

/// Adds each entry of x to that entry of zeros, `size` of them along the axis, which its index names.
struct PutAlong {
  static constexpr auto name = "put_along";
  int axis;
  Index size;
  bool operator==(const PutAlong&) const = default;
  Within within(std::size_t) const { return within_lines(axis); }
  Shape shape(Shape x, Shape) const { return axis == 0 ? Shape{size, x.columns} : Shape{x.rows, size}; }
  template <class S>
  void forward(View<S> y, ConstView<S> x, ConstView<S> indices) const {
    const Lines from(x.shape, axis), to(y.shape, axis);
    std::fill_n(y.data, y.shape.size(), S{0});
    for (Index line = 0; line < from.count; ++line)
      for (Index k = 0; k < from.length; ++k)
        if (const Index i = index_of(indices.data[from.at(line, k)], size); i >= 0)
          y.data[to.at(line, i)] += x.data[from.at(line, k)];
  }
  static constexpr auto vjp = rules(
      [](auto& op, auto& g, auto&, auto&, auto& indices) { return apply(TakeAlong{op.axis}, g, indices); },
      no_gradient);
};

}  // namespace

template <Differentiable T>
T argsort(const T& x, int axis) {
  require_axis(ArgSort::name, axis);
  return apply(ArgSort{axis}, x);
}

template <Differentiable T>
T take_along(const T& x, const T& indices, int axis) {
  require_axis(TakeAlong::name, axis);
  const T y = apply(TakeAlong{axis}, x, indices);
  require_indices(TakeAlong::name, "entry", indices, size_along(x.shape(), axis));
  return y;
}

template <Differentiable T>
TopK<T> top_k(const T& x, Index k, int axis) {
  require_axis("top_k", axis);
  if (k < 0 || k > size_along(x.shape(), axis))
    fail("top_k", "there are no {} largest of {} entries", k, size_along(x.shape(), axis));
  const T indices = slice(argsort(-x, axis), 0, k, axis);
  return {take_along(x, indices, axis), indices};
}

template <Differentiable T>
T gather_columns(const T& x, const std::vector<Index>& indices) {
  return transpose(gather_rows(transpose(x), indices));
}

template <Differentiable T>
T scatter_columns(const T& x, const std::vector<Index>& indices, Index columns) {
  return transpose(scatter_rows(transpose(x), indices, columns));
}

template <Differentiable T>
T cov(const T& x) {
  const T distances = x - mean(x, 0);
  return matmul_tn(distances, distances) / static_cast<double>(x.rows());
}

#define ENGRAM_INSTANTIATE(T)                                             \
  template T argsort(const T&, int);                                      \
  template T take_along(const T&, const T&, int);                         \
  template TopK<T> top_k(const T&, Index, int);                           \
  template T gather_columns(const T&, const std::vector<Index>&);         \
  template T scatter_columns(const T&, const std::vector<Index>&, Index); \
  template T cov(const T&);
ENGRAM_FOR_ALL(ENGRAM_INSTANTIATE)

ENGRAM_AUTODIFF_END
