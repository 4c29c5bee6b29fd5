#include <engram/autodiff/kernels.hpp>
#include <engram/autodiff/ops.hpp>

#include "instantiate.hpp"
#include "recognise.hpp"

#include <algorithm>
#include <bit>
#include <numeric>
#include <span>

ENGRAM_AUTODIFF_BEGIN
namespace {

struct Transpose {
  static constexpr auto name = "transpose";
  static constexpr bool moves = true;
  static constexpr bool shows_nan = true;
  static Shape shape(Shape x) { return {x.columns, x.rows}; }
  template <class S>
  static void forward(View<S> y, ConstView<S> x) {
    kernels::transpose(x.data, y.data, x.shape.rows, x.shape.columns);
  }
  static constexpr auto vjp = rules([](auto& g, auto&, auto&) { return transpose(g); });
};

struct Reshape {
  static constexpr auto name = "reshape";
  static constexpr bool moves = true;
  static constexpr bool shows_nan = true;
  static constexpr bool sees_stacks = true;
  Shape to;
  bool operator==(const Reshape&) const = default;

  Shape shape(Shape x) const {
    if (x.size() != checked(name, to).size())
      fail(name, "{} has {} values, {} wants {}", to_string(x), x.size(), to_string(to), to.size());
    return to;
  }
  static Index alias(std::size_t) { return 0; }
  template <class S>
  void forward(View<S> y, ConstView<S> x) const {
    std::copy_n(x.data, x.shape.size(), y.data);
  }
  static constexpr auto vjp = rules([](auto& g, auto& y, auto& x) {
    return x.stack() == y.stack() ? reshape(g, x.shape()) : restack(g, x.shape());
  });
};

template <class T>
T pad(const T& x, Shape before, Shape shape);

/// A block of x.
struct Slice {
  static constexpr auto name = "slice";
  static constexpr bool moves = true;
  static constexpr bool shows_nan = true;
  Shape first, to;
  bool operator==(const Slice&) const = default;

  Shape shape(Shape x) const {
    const auto inside = [](Index from, Index count, Index all) {  // without a sum, which might overflow
      return from >= 0 && count >= 0 && count <= all && from <= all - count;
    };
    if (!inside(first.rows, to.rows, x.rows) || !inside(first.columns, to.columns, x.columns))
      fail(name, "a block of {} from {} on does not lie inside {}", to_string(to), to_string(first),
           to_string(x));
    return to;
  }
  template <class S>
  void forward(View<S> y, ConstView<S> x) const {
    kernels::copy_block(x.data + first.rows * x.shape.columns + first.columns, x.shape.columns, y.data,
                        to.columns, to.rows, to.columns);
  }
  static constexpr auto vjp =
      rules([](auto& op, auto& g, auto&, auto& x) { return pad(g, op.first, x.shape()); });
};

/// Whole rows of x, which lie together.
struct SliceRows : Slice {
  Index x_columns;
  bool operator==(const SliceRows&) const = default;
  Index alias(std::size_t) const { return first.rows * x_columns; }
};

/// x inside a larger matrix of zeros: the transpose of a slice.
struct Pad {
  static constexpr auto name = "pad";
  static constexpr bool moves = true;
  static constexpr bool shows_nan = true;
  Shape first, to;
  bool operator==(const Pad&) const = default;

  Shape shape(Shape) const { return to; }
  template <class S>
  void forward(View<S> y, ConstView<S> x) const {
    std::fill_n(y.data, to.size(), S{0});
    kernels::copy_block(x.data, x.shape.columns, y.data + first.rows * to.columns + first.columns, to.columns,
                        x.shape.rows, x.shape.columns);
  }
  static constexpr auto vjp = rules([](auto& op, auto& g, auto&, auto& x) {
    return slice_columns(slice_rows(g, op.first.rows, x.rows()), op.first.columns, x.columns());
  });
};

template <class T>
T pad(const T& x, Shape first, Shape shape) {
  return apply(Pad{first, shape.matrix()}, x);
}

/// Where each part starts along the axis.
template <class Views>
void for_each_part(const Views& parts, int axis, auto&& use) {
  Index start = 0;
  for (const auto& part : parts) {
    use(part, start);
    start += axis == 0 ? part.shape.rows : part.shape.columns;
  }
}

struct Concatenate : Variadic {
  static constexpr auto name = "concatenate";
  static constexpr bool moves = true;
  static constexpr bool shows_nan = true;
  int axis;
  explicit Concatenate(int a) : axis(a) {}
  bool operator==(const Concatenate& o) const { return axis == o.axis; }

  template <class S>
  void forward(std::span<const View<S>> y, std::span<const ConstView<S>> x) const {
    const Index columns = y[0].shape.columns;
    for_each_part(x, axis, [&](const auto& part, Index start) {
      S* to = y[0].data + (axis == 0 ? start * columns : start);
      kernels::copy_block(part.data, part.shape.columns, to, columns, part.shape.rows, part.shape.columns);
    });
  }
  template <class T>
  void pull_back(Pullback<T>& p) const {
    std::vector<Index> sizes;
    for (const T& x : p.x) sizes.push_back(axis == 0 ? x.rows() : x.columns());
    const std::vector<T> parts = split(*p.y_bar[0], sizes, axis);
    for (std::size_t i = 0; i < parts.size(); ++i)
      if (p.wanted[i]) p.x_bar[i] = parts[i];
  }
};

struct Split : Variadic {
  static constexpr auto name = "split";
  static constexpr bool moves = true;
  static constexpr bool shows_nan = true;
  int axis;
  std::vector<Index> starts;  // of the parts, in the memory of x; those of rows lie together there
  Split(int a, std::vector<Index> s) : axis(a), starts(std::move(s)) {}
  bool operator==(const Split& o) const { return axis == o.axis && starts == o.starts; }
  std::optional<Index> alias(std::size_t k) const {
    return axis == 0 ? std::optional(starts[k]) : std::nullopt;
  }

  template <class S>
  void forward(std::span<const View<S>> y, std::span<const ConstView<S>> x) const {
    const Index columns = x[0].shape.columns;
    for_each_part(y, axis, [&](const auto& part, Index start) {
      const S* from = x[0].data + (axis == 0 ? start * columns : start);
      kernels::copy_block(from, columns, part.data, part.shape.columns, part.shape.rows, part.shape.columns);
    });
  }
  template <class T>
  void pull_back(Pullback<T>& p) const {
    if (!p.wanted[0]) return;
    std::vector<T> parts;
    for (std::size_t k = 0; k < p.y.size(); ++k) parts.push_back(detail::bar_of(p, k));
    p.x_bar[0] = concatenate(parts, axis);
  }
};

void require_rows(const char* where, std::span<const Index> indices, Index rows) {
  for (const Index i : indices)
    if (i < 0 || i >= rows) fail(where, "row {} does not exist: there are {}", i, rows);
}

struct GatherRows {
  static constexpr auto name = "gather_rows";
  static constexpr bool moves = true;
  static constexpr bool shows_nan = true;
  std::vector<Index> indices;
  bool operator==(const GatherRows&) const = default;

  Shape shape(Shape x) const {
    require_rows(name, indices, x.rows);
    return {static_cast<Index>(indices.size()), x.columns};
  }
  template <class S>
  void forward(View<S> y, ConstView<S> x) const {
    for (std::size_t i = 0; i < indices.size(); ++i)
      y.map().row(static_cast<Index>(i)) = x.map().row(indices[i]);
  }
  static constexpr auto vjp =
      rules([](auto& op, auto& g, auto&, auto& x) { return scatter_rows(g, op.indices, x.rows()); });
};

/// y[c] = the sum of the given rows of x, at c, for c < n <= 64; pairwise if they are many.
template <class S>
void sum_of_rows(const S* x, Index columns, std::span<const Index> rows, S* y, Index n) {
  constexpr std::size_t few = 64;
  if (rows.size() <= few) {
    std::fill_n(y, n, S{0});
    for (const Index r : rows)
      for (Index c = 0; c < n; ++c) y[c] += x[r * columns + c];
  } else {
    const std::size_t half = std::bit_ceil(rows.size()) / 2;
    S other[few];
    sum_of_rows(x, columns, rows.first(half), y, n);
    sum_of_rows(x, columns, rows.subspan(half), other, n);
    for (Index c = 0; c < n; ++c) y[c] += other[c];
  }
}

struct ScatterRows {
  static constexpr auto name = "scatter_rows";
  static constexpr bool shows_nan = true;
  std::vector<Index> indices;
  Index rows;
  std::vector<Index> order;  // rows of x by the row of y to which they go
  bool operator==(const ScatterRows&) const = default;

  Shape shape(Shape x) const {
    if (rows < 0) fail(name, "{} rows are too few", rows);
    require_rows(name, indices, rows);
    if (static_cast<Index>(indices.size()) != x.rows)
      fail(name, "{} rows, but {} indices", x.rows, indices.size());
    return {rows, x.columns};
  }
  template <class S>
  void forward(View<S> y, ConstView<S> x) const {
    constexpr Index width = 64;
    auto first = order.begin();
    for (Index r = 0; r < rows; ++r) {
      const auto last = std::find_if(first, order.end(),
                                     [&](Index i) { return indices[static_cast<std::size_t>(i)] != r; });
      const std::span added(order.data() + (first - order.begin()), static_cast<std::size_t>(last - first));
      for (Index c = 0; c < x.shape.columns; c += width)
        sum_of_rows(x.data + c, x.shape.columns, added, y.data + r * x.shape.columns + c,
                    std::min(width, x.shape.columns - c));
      first = last;
    }
  }
  static constexpr auto vjp =
      rules([](auto& op, auto& g, auto&, auto&) { return gather_rows(g, op.indices); });
};

}  // namespace

template <Differentiable T>
T transpose(const T& x) {
  // A row or column is its transpose already, but for the shape.
  return x.rows() == 1 || x.columns() == 1 ? reshape(x, {x.columns(), x.rows()}) : apply(Transpose{}, x);
}

template <Differentiable T>
T reshape(const T& x, Shape shape) {
  return restack(x, {shape.rows, shape.columns, x.stack()});
}

template <Differentiable T>
T restack(const T& x, Shape shape) {
  return x.shape() == shape ? x : apply(Reshape{shape}, x);
}

template <Differentiable T>
T slice_rows(const T& x, Index first, Index count) {
  if (first == 0 && count == x.rows()) return x;
  return apply(SliceRows{{{first, 0}, {count, x.columns()}}, x.columns()}, x);
}

template <Differentiable T>
T slice_columns(const T& x, Index first, Index count) {
  if (first == 0 && count == x.columns()) return x;
  return apply(Slice{{0, first}, {x.rows(), count}}, x);
}

template <Differentiable T>
T concatenate(std::span<const T> parts, int axis) {
  if (axis != 0 && axis != 1) fail("concatenate", "axis {} does not exist; 0 stacks rows, 1 columns", axis);
  if (parts.empty()) fail("concatenate", "needs at least one part");
  Shape shape = parts[0].shape();
  for (const T& part : parts.subspan(1)) {
    const Shape s = part.shape();
    if (axis == 0 ? s.columns != shape.columns : s.rows != shape.rows)
      fail("concatenate", "{} does not fit beside {} along axis {}", to_string(s),
           to_string(parts[0].shape()), axis);
    Index& size = axis == 0 ? shape.rows : shape.columns;
    size = checked_sum("concatenate", size, axis == 0 ? s.rows : s.columns);
  }
  if (parts.size() == 1) return parts[0];
  return apply_all(make_operation<typename T::Scalar>(Concatenate{axis}), parts, std::span(&shape, 1))[0];
}

template <Differentiable T>
std::vector<T> split(const T& x, const std::vector<Index>& sizes, int axis) {
  if (axis != 0 && axis != 1) fail("split", "axis {} does not exist; 0 cuts rows, 1 columns", axis);
  Index rest = axis == 0 ? x.rows() : x.columns();
  const bool fits =
      std::all_of(sizes.begin(), sizes.end(), [&](Index n) { return n >= 0 && (rest -= n) >= 0; });
  if (!fits || rest != 0)
    fail("split", "the parts do not add up to {} along axis {}", to_string(x.shape()), axis);
  std::vector<Shape> shapes;
  std::vector<Index> starts;
  for (Index start = 0; const Index n : sizes) {
    shapes.push_back(axis == 0 ? Shape{n, x.columns()} : Shape{x.rows(), n});
    starts.push_back(axis == 0 ? start * x.columns() : start);
    start += n;
  }
  return apply_all(make_operation<typename T::Scalar>(Split{axis, std::move(starts)}), std::span(&x, 1),
                   std::span<const Shape>(shapes));
}

template <Differentiable T>
T gather_rows(const T& x, const std::vector<Index>& indices) {
  return apply(GatherRows{indices}, x);
}

template <Differentiable T>
T scatter_rows(const T& x, const std::vector<Index>& indices, Index rows) {
  std::vector<Index> order(indices.size());
  std::iota(order.begin(), order.end(), Index{0});
  std::stable_sort(order.begin(), order.end(), [&](Index i, Index j) {
    return indices[static_cast<std::size_t>(i)] < indices[static_cast<std::size_t>(j)];
  });
  return apply(ScatterRows{indices, rows, std::move(order)}, x);
}

template <class S>
std::optional<Shape> place_of_pad(const Operation<S>& operation) {
  const auto* pad = op_of<Pad>(operation);
  return pad ? std::optional(pad->first) : std::nullopt;
}
template std::optional<Shape> place_of_pad(const Operation<float>&);
template std::optional<Shape> place_of_pad(const Operation<double>&);

#define ENGRAM_INSTANTIATE(T)                                              \
  template T transpose(const T&);                                          \
  template T reshape(const T&, Shape);                                     \
  template T restack(const T&, Shape);                                     \
  template T slice_rows(const T&, Index, Index);                           \
  template T slice_columns(const T&, Index, Index);                        \
  template T concatenate(std::span<const T>, int);                         \
  template std::vector<T> split(const T&, const std::vector<Index>&, int); \
  template T gather_rows(const T&, const std::vector<Index>&);             \
  template T scatter_rows(const T&, const std::vector<Index>&, Index);
ENGRAM_FOR_ALL(ENGRAM_INSTANTIATE)

ENGRAM_AUTODIFF_END
