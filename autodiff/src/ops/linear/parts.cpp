// Parts of matrices: diagonals, triangles, the symmetric part. All are linear.
#include "common.hpp"
#include "ops/instantiate.hpp"

ENGRAM_AUTODIFF_BEGIN
namespace {

template <class T>
T on_diagonal(const T& x, Shape shape);

struct Diagonal {
  static constexpr auto name = "diagonal";
  static constexpr bool shows_nan = true;
  static Shape shape(Shape a) {
    require_entries(name, a);
    return {std::min(a.rows, a.columns), 1};
  }
  template <class S>
  static void forward(View<S> y, ConstView<S> a) {
    for (Index i = 0; i < y.shape.rows; ++i) y.data[i] = a.data[i * (a.shape.columns + 1)];
  }
  static constexpr auto vjp = rules([](auto& g, auto&, auto& a) { return on_diagonal(g, a.shape()); });
};

/// x (n x 1) on the diagonal of zeros.
struct OnDiagonal {
  static constexpr auto name = "on_diagonal";
  static constexpr bool shows_nan = true;
  Shape to;
  bool operator==(const OnDiagonal&) const = default;
  Shape shape(Shape) const { return to; }
  template <class S>
  void forward(View<S> y, ConstView<S> x) const {
    std::fill_n(y.data, to.size(), S{0});
    for (Index i = 0; i < x.shape.rows; ++i) y.data[i * (to.columns + 1)] = x.data[i];
  }
  static constexpr auto vjp = rules([](auto& g, auto&, auto&) { return diagonal(g); });
};

template <class T>
T on_diagonal(const T& x, Shape shape) {
  return apply(OnDiagonal{shape.matrix()}, x);
}

/// Row i keeps the entries from column i + first on, up to column i + last.
struct Band {
  static constexpr auto name = "band";
  static constexpr bool shows_nan = true;
  Index first, last;
  bool operator==(const Band&) const = default;
  static Shape shape(Shape a) { return a; }
  template <class S>
  void forward(View<S> y, ConstView<S> a) const {
    const Index rows = a.shape.rows, columns = a.shape.columns;
    std::fill_n(y.data, y.shape.size(), S{0});
    for (Index i = 0; i < rows; ++i) {
      const Index from = std::clamp(i + first, Index{0}, columns);
      const Index end = std::clamp(i + last + 1, from, columns);
      std::copy(a.data + i * columns + from, a.data + i * columns + end, y.data + i * columns + from);
    }
  }
  static constexpr auto vjp = rules([](auto& op, auto& g, auto&, auto&) { return apply(op, g); });
};

/// An offset beyond the matrix's sides does as much as one at its sides.
template <class T>
T band(const T& a, Index first, Index last) {
  const Index most = std::max(a.rows(), a.columns());
  return apply(Band{std::clamp(first, -most, most), std::clamp(last, -most - 1, most)}, a);
}

struct SymmetricPart {
  static constexpr auto name = "symmetric_part";
  static constexpr bool shows_nan = true;
  static Shape shape(Shape a) {
    require_square(name, a);
    return a;
  }
  template <class S>
  static void forward(View<S> y, ConstView<S> a) {
    const Index n = a.shape.rows;
    constexpr Index side = 16;  // of blocks that stay in cache
    for (Index r = 0; r < n; r += side)
      for (Index c = 0; c <= r; c += side)
        for (Index i = r; i < std::min(r + side, n); ++i)
          for (Index j = c; j < std::min(c + side, i + 1); ++j)
            y.data[i * n + j] = y.data[j * n + i] = (a.data[i * n + j] + a.data[j * n + i]) / 2;
  }
  static constexpr auto vjp = rules([](auto& g, auto&, auto&) { return symmetric_part(g); });
};

}  // namespace

template <Differentiable T>
T diagonal(const T& a) {
  return apply(Diagonal{}, a);
}
template <Differentiable T>
T diagonal_matrix(const T& x) {
  require_entries("diagonal_matrix", x.shape());
  if (x.rows() != 1 && x.columns() != 1)
    fail("diagonal_matrix", "wants a row or a column, not {}; diagonal_matrix(diagonal(a)) clears a matrix",
         to_string(x.shape()));
  const Index n = x.shape().matrix().size();
  return on_diagonal(reshape(x, {n, 1}), {n, n});
}
template <Differentiable T>
T trace(const T& a) {
  require_square("trace", a.shape());
  return sum(diagonal(a));
}
template <Differentiable T>
T tril(const T& a, Index offset) {
  return band(a, -std::max(a.rows(), a.columns()), offset);
}
template <Differentiable T>
T triu(const T& a, Index offset) {
  return band(a, offset, std::max(a.rows(), a.columns()));
}
template <Differentiable T>
T symmetric_part(const T& a) {
  return apply(SymmetricPart{}, a);
}

#define ENGRAM_INSTANTIATE(T)              \
  template T diagonal(const T&);           \
  template T diagonal_matrix(const T&);    \
  template T trace(const T&);              \
  template T tril(const T&, Index offset); \
  template T triu(const T&, Index offset); \
  template T symmetric_part(const T&);
ENGRAM_FOR_ALL(ENGRAM_INSTANTIATE)

ENGRAM_AUTODIFF_END
