#include "factored.hpp"
#include "ops/instantiate.hpp"
#include "scratch.hpp"
#include "tiny.hpp"

ENGRAM_AUTODIFF_BEGIN
namespace {

template <class S>
std::string why_no_inverse(const LuView<S>& f) {
  return why_singular(f.first_singular(), f.n);
}

struct Lu : WithScratch {
  static constexpr auto name = "lu";
  bool operator==(const Lu&) const { return true; }
  static double flops(std::span<const Shape>, std::span<const Shape> x) {
    return static_cast<double>(x[0].size()) * static_cast<double>(x[0].rows) * 2 / 3;
  }
  template <class S>
  void forward(std::span<const View<S>> y, std::span<const ConstView<S>> x, OperationState* state) const {
    const Index n = x[0].shape.rows;
    std::copy_n(x[0].data, n * n, y[0].data);
    dense::lu<S>({y[0].data, n, n, n}, y[0].data + n * n, work_to_factorize<S>(state, n));
  }
  template <class S>
  bool side_by_side(std::span<const View<S>> y, std::span<const ConstView<S>> x) const {
    const Index n = x[0].shape.rows;
    if (!is_side_by_side(y[0].shape, n)) return false;
    kernels::tiny_lu<S>(x[0], y[0].data, n, y[0].shape.stack);
    return true;
  }
  template <class T>
  void pull_back(Pullback<T>&) const {}
};

/// How `Solve` and `Inverse` compute: with the factors of a matrix that may be transposed.
struct ByFactors : WithScratch {
  Factors kind;
  bool transposed;
  ByFactors(Factors k, bool t) : kind(k), transposed(t) {}
  bool operator==(const ByFactors& o) const { return kind == o.kind && transposed == o.transposed; }
  std::string note() const {
    return fmt::format("{}{}", kind == Factors::lu ? "by lu" : "by cholesky",
                       transposed ? ", transposed" : "");
  }
  static double flops(std::span<const Shape> y, std::span<const Shape> x) {
    return 2 * static_cast<double>(x[0].rows) * static_cast<double>(y[0].size());
  }
  template <class S>
  std::string explain(std::span<const ConstView<S>> x) const {
    return kind == Factors::lu ? why_no_inverse(LuView<S>(x[1])) : "";
  }

 protected:
  template <class S>
  void in_place(View<S> y, ConstView<S> factors, OperationState* state) const {
    const Index n = y.shape.rows, k = y.shape.columns;
    const dense::Block<const S> f{factors.data, n, n, n};
    S* const b = y.data;
    S* const work = work_to_solve<S>(state, n, k);
    static constexpr dense::Triangular lower{.lower = true}, upper{.lower = false};
    static constexpr dense::Triangular lower_transposed{.lower = true, .transposed = true};
    if (kind == Factors::cholesky) {
      dense::solve(lower, f, b, k, work);
      return dense::solve(lower_transposed, f, b, k, work);
    }
    const LuView<S> lu(factors);
    if (lu.first_singular() < n) return fill_nan(y);
    const auto exchange = [&](Index i) { swap_rows(dense::Block<S>{b, n, k, k}, i, lu.pivot(i)); };
    if (transposed) {
      dense::solve({.lower = false, .transposed = true}, f, b, k, work);
      dense::solve({.lower = true, .transposed = true, .unit = true}, f, b, k, work);
      for (Index i = n; i-- > 0;) exchange(i);
    } else {
      for (Index i = 0; i < n; ++i) exchange(i);
      dense::solve({.lower = true, .unit = true}, f, b, k, work);
      dense::solve(upper, f, b, k, work);
    }
  }
  template <class S>
  bool side_by_side(View<S> y, ConstView<S> factors, ConstView<S> b) const {
    const Index n = y.shape.rows, k = y.shape.columns, count = y.shape.stack;
    if (!is_side_by_side(y.shape, n)) return false;
    if (kind == Factors::lu) {
      kernels::tiny_solve_by_lu<S>(factors, b, y.data, n, k, transposed, count);
    } else {
      kernels::tiny_solve<S>({.lower = true}, factors, b, y.data, n, k, count);
      kernels::tiny_solve<S>({.lower = true, .transposed = true}, factors, ConstView<S>{y.data, y.shape},
                             y.data, n, k, count);
    }
    return true;
  }
};

/// x with a' x = b, where ' transposes or not. b̄ solves the transposed system with x̄ on the right side; ā is
/// -b̄ xᵀ, of a transposed one -x b̄ᵀ, of a symmetric one the symmetric part (Giles 2008, section 2.3.1).
struct Solve : ByFactors {
  static constexpr auto name = "solve";
  using ByFactors::ByFactors;

  template <class S>
  void forward(std::span<const View<S>> y, std::span<const ConstView<S>> x, OperationState* state) const {
    std::copy_n(x[2].data, y[0].shape.size(), y[0].data);
    in_place(y[0], x[1], state);
  }
  template <class S>
  bool side_by_side(std::span<const View<S>> y, std::span<const ConstView<S>> x) const {
    return ByFactors::side_by_side(y[0], x[1], x[2]);
  }
  template <class T>
  void pull_back(Pullback<T>& p) const {
    const T &a = p.x[0], &f = p.x[1], &x = p.y[0];
    const T b_bar = solve_factored(a, f, *p.y_bar[0], kind, !transposed && kind == Factors::lu);
    if (p.wanted[0]) {
      const T a_bar = transposed ? matmul_nt(x, b_bar) : matmul_nt(b_bar, x);
      p.x_bar[0] = -(kind == Factors::lu ? a_bar : symmetric_part(a_bar));
    }
    p.x_bar[2] = b_bar;
  }
};

/// y = a⁻¹; ā = -yᵀ ȳ yᵀ, of a symmetric one the symmetric part (Giles 2008, section 2.2.3).
struct Inverse : ByFactors {
  static constexpr auto name = "inverse";
  explicit Inverse(Factors k) : ByFactors(k, false) {}

  template <class S>
  void forward(std::span<const View<S>> y, std::span<const ConstView<S>> x, OperationState* state) const {
    set_identity(y[0].data, y[0].shape.rows);
    in_place(y[0], x[1], state);
  }
  template <class S>
  bool side_by_side(std::span<const View<S>> y, std::span<const ConstView<S>> x) const {
    const Index n = y[0].shape.rows;
    if (!is_side_by_side(y[0].shape, n)) return false;
    S identity[kernels::most_side_by_side * kernels::most_side_by_side];
    set_identity(identity, n);
    return ByFactors::side_by_side(y[0], x[1], ConstView<S>{identity, {n, n}});
  }
  template <class T>
  void pull_back(Pullback<T>& p) const {
    const T& y = p.y[0];
    const T a_bar = -matmul_nt(matmul_tn(y, *p.y_bar[0]), y);
    p.x_bar[0] = kind == Factors::lu ? a_bar : symmetric_part(a_bar);
  }

 private:
  template <class S>
  static void set_identity(S* a, Index n) {
    std::fill_n(a, n * n, S{0});
    for (Index i = 0; i < n; ++i) a[i * n + i] = 1;
  }
};

/// ln |det a|; ā = ȳ a⁻ᵀ (Giles 2008, section 2.2.4).
struct LogDet : Variadic {
  static constexpr auto name = "log_det";
  Factors kind;
  explicit LogDet(Factors k) : kind(k) {}
  bool operator==(const LogDet& o) const { return kind == o.kind; }

  template <class S>
  void forward(std::span<const View<S>> y, std::span<const ConstView<S>> x) const {
    const Index n = x[0].shape.rows;
    S sum = 0;
    for (Index i = 0; i < n; ++i) sum += std::log(std::abs(x[1].data[i * n + i]));
    *y[0].data = kind == Factors::lu ? sum : 2 * sum;
  }
  template <class S>
  std::string explain(std::span<const ConstView<S>> x) const {
    return kind == Factors::lu ? why_no_inverse(LuView<S>(x[1])) : "";
  }
  template <class T>
  void pull_back(Pullback<T>& p) const {
    const T& a = p.x[0];
    p.x_bar[0] = pull(*p.y_bar[0], transpose(solve_factored(a, p.x[1], identity_like(a, a.rows()), kind)));
  }
};

struct SignOfDet : Variadic {
  static constexpr auto name = "sign_of_det";
  bool operator==(const SignOfDet&) const { return true; }
  template <class S>
  void forward(std::span<const View<S>> y, std::span<const ConstView<S>> x) const {
    *y[0].data = LuView<S>(x[0]).sign();
  }
  template <class T>
  void pull_back(Pullback<T>&) const {}
};

}  // namespace

template <class T>
T lu_factors(const T& a) {
  return apply_one(Lu{}, {a.rows() + 1, a.rows()}, a);
}

template <class T>
T solve_factored(const T& a, const T& factors, const T& b, Factors kind, bool transposed) {
  return apply_one(Solve{kind, transposed}, b.shape(), a, factors, b);
}

namespace {

template <class T>
T solve_by(const T& a, const T& b, Factors kind) {
  require_system(Solve::name, a.shape(), b.shape());
  return solve_factored(a, factors_of(a, kind), b, kind);
}
template <class T>
T inverse_by(const T& a, Factors kind) {
  require_square(Inverse::name, a.shape());
  return apply_one(Inverse{kind}, a.shape().matrix(), a, factors_of(a, kind));
}

}  // namespace

template <Differentiable T>
T solve(const T& a, const T& b) {
  return solve_by(a, b, Factors::lu);
}
template <Differentiable T>
T solve(const T& a, const T& b, PositiveDefinite) {
  return solve_by(a, b, Factors::cholesky);
}
template <Differentiable T>
T inverse(const T& a) {
  return inverse_by(a, Factors::lu);
}
template <Differentiable T>
T inverse(const T& a, PositiveDefinite) {
  return inverse_by(a, Factors::cholesky);
}
template <Differentiable T>
SignedLog<T> log_det(const T& a) {
  require_square(LogDet::name, a.shape());
  const T f = lu_factors(a);
  return {apply_one(LogDet{Factors::lu}, {1, 1}, a, f), apply_one(SignOfDet{}, {1, 1}, f)};
}
template <Differentiable T>
T log_det(const T& a, PositiveDefinite) {
  require_square(LogDet::name, a.shape());
  return apply_one(LogDet{Factors::cholesky}, {1, 1}, a, cholesky(a));
}

#define ENGRAM_INSTANTIATE(T)                                             \
  template T lu_factors(const T&);                                        \
  template T solve_factored(const T&, const T&, const T&, Factors, bool); \
  template T solve(const T&, const T&);                                   \
  template T solve(const T&, const T&, PositiveDefinite);                 \
  template T inverse(const T&);                                           \
  template T inverse(const T&, PositiveDefinite);                         \
  template SignedLog<T> log_det(const T&);                                \
  template T log_det(const T&, PositiveDefinite);
ENGRAM_FOR_ALL(ENGRAM_INSTANTIATE)

ENGRAM_AUTODIFF_END
