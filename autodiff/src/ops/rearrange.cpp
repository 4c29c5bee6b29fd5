#include "axis.hpp"
#include "instantiate.hpp"

#include <algorithm>
#include <limits>

ENGRAM_AUTODIFF_BEGIN
namespace {

struct CumulativeSum {
  static constexpr auto name = "cumsum";
  static constexpr bool shows_nan = true;
  int axis;
  bool backwards;  // from the last entry on: the transpose
  bool operator==(const CumulativeSum&) const = default;
  Within within(std::size_t) const { return within_lines(axis); }
  static Shape shape(Shape x) { return x; }

  template <class S>
  void forward(View<S> y, ConstView<S> x) const {
    const Lines lines(x.shape, axis);
    for (Index line = 0; line < lines.count; ++line) {
      double sum = 0;
      for (Index k = 0; k < lines.length; ++k) {
        const Index i = lines.at(line, backwards ? lines.length - 1 - k : k);
        sum += x.data[i];
        y.data[i] = static_cast<S>(sum);
      }
    }
  }
  static constexpr auto vjp = rules([](auto& op, auto& g, auto&, auto&) {
    return apply(CumulativeSum{op.axis, !op.backwards}, g);
  });
};

struct PutRows;

struct TakeRows {
  static constexpr auto name = "take_rows";
  static Shape shape(Shape x, Shape indices) {
    if (indices.columns != 1) fail(name, "the indices are {}, not one column", to_string(indices));
    return {indices.rows, x.columns};
  }
  template <class S>
  static void forward(View<S> y, ConstView<S> x, ConstView<S> indices) {
    const Index columns = x.shape.columns;
    for (Index k = 0; k < y.shape.rows; ++k)
      if (const Index r = index_of(indices.data[k], x.shape.rows); r >= 0)
        std::copy_n(x.data + r * columns, columns, y.data + k * columns);
      else
        std::fill_n(y.data + k * columns, columns, std::numeric_limits<S>::quiet_NaN());
  }
  static constexpr auto vjp =
      rules([](auto& g, auto&, auto& x, auto& indices) { return apply(PutRows{x.rows()}, g, indices); },
            no_gradient);
};

/// Adds row k of x to row indices(k, 0) of zeros.
struct PutRows {
  static constexpr auto name = "put_rows";
  Index rows;
  bool operator==(const PutRows&) const = default;
  Shape shape(Shape x, Shape) const { return {rows, x.columns}; }
  template <class S>
  void forward(View<S> y, ConstView<S> x, ConstView<S> indices) const {
    const Index columns = x.shape.columns;
    std::fill_n(y.data, y.shape.size(), S{0});
    for (Index k = 0; k < x.shape.rows; ++k)
      if (const Index r = index_of(indices.data[k], rows); r >= 0)
        for (Index c = 0; c < columns; ++c) y.data[r * columns + c] += x.data[k * columns + c];
  }
  static constexpr auto vjp =
      rules([](auto& g, auto&, auto&, auto& indices) { return apply(TakeRows{}, g, indices); }, no_gradient);
};

/// 0, 1, 2, ... along an axis.
template <class T>
T counted(const T& beside, Index n, int axis) {
  using S = typename T::Scalar;
  Array<S> numbers(axis == 0 ? n : 1, axis == 0 ? 1 : n);
  for (Index i = 0; i < n; ++i) numbers.data()[i] = static_cast<S>(i);
  return constant_like(beside, Value<S>(numbers));
}

/// Rows, or columns, by their numbers.
template <class T>
T pick(const T& x, const std::vector<Index>& indices, int axis) {
  return axis == 0 ? gather_rows(x, indices) : gather_columns(x, indices);
}

template <Differentiable T>
T one_hot_of(const T& labels, Index classes) {
  if (classes < 0) fail("one_hot", "{} classes; there cannot be less than 0", classes);
  if (labels.columns() != 1) fail("one_hot", "the labels are {}, not one column", to_string(labels.shape()));
  return equal(labels, counted(labels, classes, 1));
}

}  // namespace

template <Differentiable T>
T reverse(const T& x, int axis) {
  require_axis("reverse", axis);
  std::vector<Index> order;
  for (Index i = size_along(x.shape(), axis); i-- > 0;) order.push_back(i);
  return pick(x, order, axis);
}

template <Differentiable T>
T roll(const T& x, Index shift, int axis) {
  require_axis("roll", axis);
  const Index n = size_along(x.shape(), axis);
  if (n == 0 || shift % n == 0) return x;
  const Index moved = (shift % n + n) % n;
  return concatenate({slice(x, n - moved, moved, axis), slice(x, 0, n - moved, axis)}, axis);
}

template <Differentiable T>
T pad(const T& x, Index above, Index below, Index left, Index right) {
  using S = typename T::Scalar;
  if (above < 0 || below < 0 || left < 0 || right < 0)
    fail("pad", "({},{},{},{}) rows and columns; there cannot be less than 0", above, below, left, right);
  const auto zeros = [&](Index rows, Index columns) {
    return constant_like(x, Value<S>(Array<S>::Zero(rows, columns)));
  };
  const T wide = concatenate({zeros(x.rows(), left), x, zeros(x.rows(), right)}, 1);
  return concatenate({zeros(above, wide.columns()), wide, zeros(below, wide.columns())}, 0);
}

template <Differentiable T>
T tile(const T& x, Index down, Index across) {
  if (down < 1 || across < 1) fail("tile", "{} times {} copies; there cannot be less than 1", down, across);
  const T column = concatenate(std::vector<T>(static_cast<std::size_t>(down), x), 0);
  return concatenate(std::vector<T>(static_cast<std::size_t>(across), column), 1);
}

template <Differentiable T>
T repeat(const T& x, Index count, int axis) {
  require_axis("repeat", axis);
  if (count < 0) fail("repeat", "{} times; there cannot be less than 0", count);
  std::vector<Index> indices;
  for (Index i = 0; i < size_along(x.shape(), axis); ++i)
    indices.insert(indices.end(), static_cast<std::size_t>(count), i);
  return pick(x, indices, axis);
}

template <Differentiable T>
T cumsum(const T& x, int axis) {
  require_axis("cumsum", axis);
  return apply(CumulativeSum{axis, false}, x);
}

// Each round multiplies with what stands twice as far away: no quotients, so zeros do no harm.
template <Differentiable T>
T cumprod(const T& x, int axis) {
  using S = typename T::Scalar;
  require_axis("cumprod", axis);
  const Index n = size_along(x.shape(), axis);
  T y = x;
  for (Index step = 1; step < n; step *= 2) {
    const Shape s = axis == 0 ? Shape{step, x.columns()} : Shape{x.rows(), step};
    const T ones = constant_like(x, Value<S>(Array<S>::Ones(s.rows, s.columns)));
    y = y * concatenate({ones, slice(y, 0, n - step, axis)}, axis);
  }
  return y;
}

template <Differentiable T>
T argmax(const T& x, int axis) {
  require_axis("argmax", axis);
  const T largest = max(x, axis);
  const Index n = size_along(x.shape(), axis);
  const T first = min(select(equal(x, largest), counted(x, n, axis), static_cast<double>(n)), axis);
  return stop_gradient(select(equal(largest, largest), first, largest));
}

template <class S>
Variable<S> one_hot(const Variable<S>& labels, Index classes) {
  return one_hot_of(labels, classes);
}
template <class S>
Value<S> one_hot(const Value<S>& labels, Index classes) {
  return one_hot_of(labels, classes);
}

template <Differentiable T>
T take_rows(const T& x, const T& indices) {
  const T y = apply(TakeRows{}, x, indices);
  require_indices(TakeRows::name, "row", indices, x.rows());
  return y;
}

#define ENGRAM_INSTANTIATE(T)                           \
  template T reverse(const T&, int);                    \
  template T roll(const T&, Index, int);                \
  template T pad(const T&, Index, Index, Index, Index); \
  template T tile(const T&, Index, Index);              \
  template T repeat(const T&, Index, int);              \
  template T cumsum(const T&, int);                     \
  template T cumprod(const T&, int);                    \
  template T argmax(const T&, int);                     \
  template T one_hot(const T&, Index);                  \
  template T take_rows(const T&, const T&);
ENGRAM_FOR_ALL(ENGRAM_INSTANTIATE)

ENGRAM_AUTODIFF_END
