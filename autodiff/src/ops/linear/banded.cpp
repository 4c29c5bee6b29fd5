#include "common.hpp"
#include "ops/instantiate.hpp"

ENGRAM_AUTODIFF_BEGIN
namespace {

/// How many diagonals a banded matrix has below and above the main one.
struct Bandwidths {
  Index lower, upper;
  bool operator==(const Bandwidths&) const = default;
  Index diagonals() const { return lower + 1 + upper; }
};

/// The factors of a banded matrix of n rows, as LAPACK's gbtrf finds them. Row by row: the multipliers of the
/// `lower` rows below; how far below the row was with which it was exchanged; and row i of the upper factor
/// from its diagonal on, which exchanges make as wide as all diagonals of the matrix.
template <class S>
struct BandedFactors {
  S* data;
  Index n;
  Bandwidths widths;

  static Index numbers(Bandwidths w) { return w.lower + 1 + w.diagonals(); }
  S* multipliers(Index i) const { return data + i * numbers(widths); }
  S& exchanged(Index i) const { return multipliers(i)[widths.lower]; }
  S* upper(Index i) const { return multipliers(i) + widths.lower + 1; }
  /// Rows below row i, and entries of its row of the upper factor, that the matrix has.
  Index below(Index i) const { return std::min(widths.lower, n - 1 - i); }
  Index entries(Index i) const { return std::min(widths.diagonals(), n - i); }
  Index first_singular() const {
    return first_without_pivot(n, [&](Index i) { return *upper(i); });
  }
};

/// Rows wait in the place of the upper factor, and begin in the column that is eliminated next.
template <class S>
void factorize(const S* bands, BandedFactors<S> f) {
  const Index wide = f.widths.diagonals();
  for (Index i = 0; i < f.n; ++i, bands += wide) {
    const Index outside = std::max(f.widths.lower - i, Index{0});
    const Index end = std::min(wide, f.n - i + f.widths.lower);
    S* const rest = std::copy(bands + outside, bands + end, f.upper(i));
    std::fill(rest, f.upper(i) + wide, S{0});
  }
  for (Index i = 0; i < f.n; ++i) {
    S* const top = f.upper(i);
    Index largest = 0;
    for (Index r = 1; r <= f.below(i); ++r)
      if (std::abs(*f.upper(i + r)) > std::abs(*f.upper(i + largest))) largest = r;
    f.exchanged(i) = static_cast<S>(largest);
    if (largest != 0) std::swap_ranges(top, top + wide, f.upper(i + largest));
    std::fill_n(f.multipliers(i), f.widths.lower, S{0});
    for (Index r = 1; r <= f.below(i); ++r) {
      S* const row = f.upper(i + r);
      const S multiplier = *top != 0 ? *row / *top : S{0};
      f.multipliers(i)[r - 1] = multiplier;
      for (Index j = 1; j < wide; ++j) row[j - 1] = row[j] - multiplier * top[j];
      row[wide - 1] = 0;
    }
  }
}

/// b (n x k) = a⁻¹ b, or a⁻ᵀ b
template <class S>
void solve(BandedFactors<const S> f, bool transposed, S* b, Index k) {
  const auto subtract = [&](Index from, S factor, Index other) {
    for (Index c = 0; c < k; ++c) b[from * k + c] -= factor * b[other * k + c];
  };
  const auto divide = [&](Index i) {
    for (Index c = 0; c < k; ++c) b[i * k + c] /= *f.upper(i);
  };
  const auto exchange = [&](Index i) {
    const Index other = i + static_cast<Index>(f.exchanged(i));
    if (other != i) std::swap_ranges(b + i * k, b + (i + 1) * k, b + other * k);
  };
  if (transposed) {
    for (Index i = 0; i < f.n; ++i) {
      divide(i);
      for (Index j = 1; j < f.entries(i); ++j) subtract(i + j, f.upper(i)[j], i);
    }
    for (Index i = f.n; i-- > 0;) {
      for (Index r = 1; r <= f.below(i); ++r) subtract(i, f.multipliers(i)[r - 1], i + r);
      exchange(i);
    }
  } else {
    for (Index i = 0; i < f.n; ++i) {
      exchange(i);
      for (Index r = 1; r <= f.below(i); ++r) subtract(i + r, f.multipliers(i)[r - 1], i);
    }
    for (Index i = f.n; i-- > 0;) {
      for (Index j = 1; j < f.entries(i); ++j) subtract(i, f.upper(i)[j], i + j);
      divide(i);
    }
  }
}

struct BandedLu : Variadic {
  static constexpr auto name = "banded_lu";
  Bandwidths widths;
  explicit BandedLu(Bandwidths w) : widths(w) {}
  bool operator==(const BandedLu& o) const { return widths == o.widths; }
  double flops(std::span<const Shape>, std::span<const Shape> x) const {
    return 2 * static_cast<double>(widths.lower) * static_cast<double>(x[0].size());
  }
  template <class S>
  void forward(std::span<const View<S>> y, std::span<const ConstView<S>> x) const {
    factorize(x[0].data, BandedFactors<S>{y[0].data, x[0].shape.rows, widths});
  }
  template <class T>
  void pull_back(Pullback<T>&) const {}
};

/// The diagonals of u vᵀ; 0 where they leave it.
template <class T>
T bands_of_product(const T& u, const T& v, Bandwidths widths) {
  const Index n = u.rows(), wide = widths.diagonals();
  std::vector<Index> columns;
  for (Index i = 0; i < n; ++i)
    for (Index j = 0; j < wide; ++j) columns.push_back(i + j);
  const T among_zeros = pad(v, widths.lower, widths.upper, 0, 0);
  return reshape(sum(repeat(u, wide, 0) * gather_rows(among_zeros, columns), 1), {n, wide});
}

/// x with a' x = b, where ' transposes or not: b̄ solves the transposed system, and the bands' cotangents are
/// the diagonals of -b̄ xᵀ, of a transposed one of -x b̄ᵀ. Inputs: bands, factors, b.
struct SolveBanded : Variadic {
  static constexpr auto name = "solve_banded";
  Bandwidths widths;
  bool transposed;
  SolveBanded(Bandwidths w, bool t) : widths(w), transposed(t) {}
  bool operator==(const SolveBanded& o) const { return widths == o.widths && transposed == o.transposed; }
  std::string note() const {
    return fmt::format("{} below, {} above{}", widths.lower, widths.upper, transposed ? ", transposed" : "");
  }
  double flops(std::span<const Shape> y, std::span<const Shape>) const {
    return 2 * static_cast<double>(BandedFactors<double>::numbers(widths)) * static_cast<double>(y[0].size());
  }

  template <class S>
  void forward(std::span<const View<S>> y, std::span<const ConstView<S>> x) const {
    const BandedFactors<const S> f{x[1].data, x[0].shape.rows, widths};
    if (f.first_singular() < f.n) return fill_nan(y[0]);
    std::copy_n(x[2].data, x[2].shape.size(), y[0].data);
    solve(f, transposed, y[0].data, x[2].shape.columns);
  }
  template <class S>
  std::string explain(std::span<const ConstView<S>> x) const {
    const BandedFactors<const S> f{x[1].data, x[0].shape.rows, widths};
    return why_singular(f.first_singular(), f.n);
  }
  template <class T>
  void pull_back(Pullback<T>& p) const {
    const T& x = p.y[0];
    const T b_bar = apply_one(SolveBanded{widths, !transposed}, x.shape(), p.x[0], p.x[1], *p.y_bar[0]);
    if (p.wanted[0])
      p.x_bar[0] = transposed ? bands_of_product(x, -b_bar, widths) : bands_of_product(-b_bar, x, widths);
    p.x_bar[2] = b_bar;
  }
};

}  // namespace

template <Differentiable T>
T solve_banded(const T& bands, Index lower, Index upper, const T& b) {
  constexpr auto where = SolveBanded::name;
  if (lower < 0 || upper < 0)
    fail(where, "{} and {} diagonals below and above the main one; there cannot be less than 0", lower,
         upper);
  const Bandwidths widths{lower, upper};
  const Index diagonals = checked_sum(where, checked_sum(where, lower, 1), upper);
  require_entries(where, bands.shape());
  if (bands.columns() != diagonals)
    fail(where, "the main diagonal with {} below and {} above it are {} columns of bands, not {}", lower,
         upper, diagonals, to_string(bands.shape()));
  if (b.rows() != bands.rows())
    fail(where, "{} rows and a right side {} differ in rows", bands.rows(), to_string(b.shape()));
  const T factors =
      apply_one(BandedLu{widths}, {bands.rows(), BandedFactors<double>::numbers(widths)}, bands);
  return apply_one(SolveBanded{widths, false}, b.shape(), bands, factors, b);
}

#define ENGRAM_INSTANTIATE(T) template T solve_banded(const T&, Index, Index, const T&);
ENGRAM_FOR_ALL(ENGRAM_INSTANTIATE)

ENGRAM_AUTODIFF_END
