#include "common.hpp"
#include "ops/instantiate.hpp"

ENGRAM_AUTODIFF_BEGIN
namespace {

/// The factors of a tridiagonal matrix of n rows, as LAPACK's gttrf finds them. Row by row: the multipliers,
/// the inverse pivots, the two diagonals above them, and whether a row was exchanged with the next one. The
/// last of these numbers is the first row without a pivot, or n.
template <class S>
struct TridiagonalFactors {
  static constexpr Index parts = 5;
  S *multiplier, *inverse, *above, *second, *exchanged;
  Index n;
  TridiagonalFactors(S* data, Index rows)
      : multiplier(data),
        inverse(data + rows),
        above(data + 2 * rows),
        second(data + 3 * rows),
        exchanged(data + 4 * rows),
        n(rows) {}

  Index first_singular() const { return static_cast<Index>(exchanged[n - 1]); }
};

template <class S>
void factorize(const S* lower, const S* diagonal, const S* upper, TridiagonalFactors<S> f) {
  const Index n = f.n;
  S pivot = diagonal[0], above = n > 1 ? upper[0] : 0;
  Index singular = n;
  for (Index i = 0; i < n; ++i) {
    const bool last = i + 1 == n;
    const S below = last ? 0 : lower[i], next = last ? 0 : diagonal[i + 1],
            after = i + 2 < n ? upper[i + 1] : 0;
    const bool exchange = !last && std::abs(pivot) < std::abs(below);
    S inverse = 1 / (exchange ? below : pivot);
    if (!(std::isfinite(inverse) && inverse != 0)) {
      singular = std::min(singular, i);
      inverse = 0;
    }
    f.inverse[i] = inverse;
    f.multiplier[i] = (exchange ? pivot : below) * inverse;
    f.above[i] = exchange ? next : above;
    f.second[i] = exchange ? after : 0;
    f.exchanged[i] = exchange;
    pivot = exchange ? above - f.multiplier[i] * next : next - f.multiplier[i] * above;
    above = exchange ? -f.multiplier[i] * after : after;
  }
  f.exchanged[n - 1] = static_cast<S>(singular);
}

/// b (n x k) = a⁻¹ b
template <class S>
void solve(TridiagonalFactors<const S> f, S* b, Index k) {
  const Index n = f.n;
  for (Index i = 0; i + 1 < n; ++i)
    for (Index c = i * k; c < (i + 1) * k; ++c) {
      const S first = f.exchanged[i] != 0 ? b[c + k] : b[c], other = f.exchanged[i] != 0 ? b[c] : b[c + k];
      b[c] = first;
      b[c + k] = other - f.multiplier[i] * first;
    }
  for (Index i = n; i-- > 0;)
    for (Index c = i * k; c < (i + 1) * k; ++c) {
      S x = b[c];
      if (i + 2 < n) x -= f.second[i] * b[c + 2 * k];
      if (i + 1 < n) x -= f.above[i] * b[c + k];
      b[c] = x * f.inverse[i];
    }
}

/// b (n x k) = a⁻ᵀ b
template <class S>
void solve_transposed(TridiagonalFactors<const S> f, S* b, Index k) {
  const Index n = f.n;
  for (Index i = 0; i < n; ++i)
    for (Index c = i * k; c < (i + 1) * k; ++c) {
      S x = b[c];
      if (i > 1) x -= f.second[i - 2] * b[c - 2 * k];
      if (i > 0) x -= f.above[i - 1] * b[c - k];
      b[c] = x * f.inverse[i];
    }
  for (Index i = n - 1; i-- > 0;)
    for (Index c = i * k; c < (i + 1) * k; ++c) {
      const S x = b[c] - f.multiplier[i] * b[c + k];
      b[c] = f.exchanged[i] != 0 ? b[c + k] : x;
      if (f.exchanged[i] != 0) b[c + k] = x;
    }
}

struct TridiagonalLu : Variadic {
  static constexpr auto name = "tridiagonal_lu";
  bool operator==(const TridiagonalLu&) const { return true; }
  template <class S>
  void forward(std::span<const View<S>> y, std::span<const ConstView<S>> x) const {
    factorize(x[0].data, x[1].data, x[2].data, TridiagonalFactors<S>(y[0].data, x[1].shape.rows));
  }
  template <class T>
  void pull_back(Pullback<T>&) const {}
};

/// x with a' x = b, where ' transposes or not: b̄ solves the transposed system, and the diagonals' cotangents
/// are those diagonals of -b̄ xᵀ, of a transposed one of -x b̄ᵀ. Inputs: three diagonals, factors, b.
struct SolveTridiagonal : Variadic {
  static constexpr auto name = "solve_tridiagonal";
  bool transposed;
  explicit SolveTridiagonal(bool t) : transposed(t) {}
  bool operator==(const SolveTridiagonal& o) const { return transposed == o.transposed; }
  std::string note() const { return transposed ? "transposed" : ""; }
  static double flops(std::span<const Shape> y, std::span<const Shape>) {
    return 7 * static_cast<double>(y[0].size());
  }

  template <class S>
  void forward(std::span<const View<S>> y, std::span<const ConstView<S>> x) const {
    const TridiagonalFactors<const S> f(x[3].data, x[1].shape.rows);
    if (f.first_singular() < f.n) return fill_nan(y[0]);
    std::copy_n(x[4].data, x[4].shape.size(), y[0].data);
    transposed ? solve_transposed(f, y[0].data, x[4].shape.columns) : solve(f, y[0].data, x[4].shape.columns);
  }
  template <class S>
  std::string explain(std::span<const ConstView<S>> x) const {
    const TridiagonalFactors<const S> f(x[3].data, x[1].shape.rows);
    return why_singular(f.first_singular(), f.n);
  }
  template <class T>
  void pull_back(Pullback<T>& p) const {
    const T& x = p.y[0];
    const Index n = x.rows();
    const T b_bar =
        apply_one(SolveTridiagonal{!transposed}, x.shape(), p.x[0], p.x[1], p.x[2], p.x[3], *p.y_bar[0]);
    if (p.wanted[0] || p.wanted[1] || p.wanted[2]) {
      const T minus = -b_bar;
      const T &rows = transposed ? x : minus, &columns = transposed ? minus : x;
      const auto from = [&](const T& v, Index first) { return slice_rows(v, first, n - 1); };
      if (p.wanted[0]) p.x_bar[0] = sum(from(rows, 1) * from(columns, 0), 1);
      if (p.wanted[1]) p.x_bar[1] = sum(rows * columns, 1);
      if (p.wanted[2]) p.x_bar[2] = sum(from(rows, 0) * from(columns, 1), 1);
    }
    p.x_bar[4] = b_bar;
  }
};

}  // namespace

template <Differentiable T>
T solve_tridiagonal(const T& lower, const T& diagonal, const T& upper, const T& b) {
  constexpr auto where = SolveTridiagonal::name;
  const Index n = diagonal.rows();
  require_entries(where, diagonal.shape());
  if (diagonal.columns() != 1)
    fail(where, "the diagonal must be a column, and is {}", to_string(diagonal.shape()));
  for (const T* side : {&lower, &upper})
    if (side->shape().matrix() != Shape{n - 1, 1})
      fail(where, "beside a diagonal of {} entries stand two of {}, not {}", n, n - 1,
           to_string(side->shape()));
  if (b.rows() != n) fail(where, "{} rows and a right side {} differ in rows", n, to_string(b.shape()));
  const T factors =
      apply_one(TridiagonalLu{}, {TridiagonalFactors<double>::parts, n}, lower, diagonal, upper);
  return apply_one(SolveTridiagonal{false}, b.shape(), lower, diagonal, upper, factors, b);
}

#define ENGRAM_INSTANTIATE(T) template T solve_tridiagonal(const T&, const T&, const T&, const T&);
ENGRAM_FOR_ALL(ENGRAM_INSTANTIATE)

ENGRAM_AUTODIFF_END
