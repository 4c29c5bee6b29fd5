#include "factored.hpp"
#include "ops/instantiate.hpp"

#include <Eigen/LU>
#include <Eigen/SVD>

ENGRAM_AUTODIFF_BEGIN
namespace {

template <class T>
T cofactors(const T& a, const T& factors);

/// The product of numbers that may overflow on the way.
template <class S>
class LongProduct {
 public:
  void multiply(S x) {
    int exponent = 0;
    mantissa_ = std::frexp(mantissa_ * x, &exponent);
    exponent_ += exponent;
  }
  S total() const {
    constexpr long most = 10'000;  // beyond every exponent
    return std::ldexp(mantissa_, static_cast<int>(std::clamp(exponent_, -most, most)));
  }

 private:
  S mantissa_ = 1;
  long exponent_ = 0;
};

/// ā = ȳ times the matrix of cofactors, det(a) a⁻ᵀ (Giles 2008, section 2.2.3).
struct Det : Variadic {
  static constexpr auto name = "det";
  bool operator==(const Det&) const { return true; }
  template <class S>
  void forward(std::span<const View<S>> y, std::span<const ConstView<S>> x) const {
    const Index n = x[0].shape.rows;
    LongProduct<S> product;
    for (Index k = 0; k < n; ++k) {
      product.multiply(x[1].data[k * n + k]);
      if (static_cast<Index>(x[1].data[n * n + k]) != k) product.multiply(-1);
    }
    *y[0].data = product.total();
  }
  template <class T>
  void pull_back(Pullback<T>& p) const {
    p.x_bar[0] = pull(*p.y_bar[0], cofactors(p.x[0], p.x[1]));
  }
};

/// The matrix of cofactors c = det(a) a⁻ᵀ, which singular matrices have, too: with a = u diag(s) vᵀ it is
/// det(u) det(v) u diag(products of the other s) vᵀ. With y = a⁻ᵀ, ā = det(a) (⟨y, c̄⟩ y - y c̄ᵀ y).
struct Cofactors : Variadic {
  static constexpr auto name = "cofactors";
  bool operator==(const Cofactors&) const { return true; }
  template <class S>
  void forward(std::span<const View<S>> y, std::span<const ConstView<S>> x) const {
    if (!all_finite(x[0])) return fill_nan(y[0]);
    using ColumnMajor = Eigen::Matrix<S, -1, -1>;
    const Index n = x[0].shape.rows;
    const Eigen::JacobiSVD<ColumnMajor> svd(ColumnMajor(x[0].map().matrix()),
                                            Eigen::ComputeFullU | Eigen::ComputeFullV);
    const S sign = svd.matrixU().determinant() * svd.matrixV().determinant() > 0 ? S{1} : S{-1};
    ColumnMajor scaled = svd.matrixU() * sign;
    for (Index k = 0; k < n; ++k) {
      LongProduct<S> others;
      for (Index i = 0; i < n; ++i)
        if (i != k) others.multiply(svd.singularValues()(i));
      scaled.col(k) *= others.total();
    }
    y[0].map() = (scaled * svd.matrixV().transpose()).array();
  }
  template <class T>
  void pull_back(Pullback<T>& p) const {
    const T &a = p.x[0], &g = *p.y_bar[0];
    const T y = transpose(solve_factored(a, p.x[1], identity_like(a, a.rows()), Factors::lu));
    p.x_bar[0] = det(a) * (dot(y, g) * y - matmul(y, matmul_tn(g, y)));
  }
};

template <class T>
T cofactors(const T& a, const T& factors) {
  return apply_one(Cofactors{}, a.shape(), a, factors);
}

}  // namespace

template <Differentiable T>
T det(const T& a) {
  require_square(Det::name, a.shape());
  return apply_one(Det{}, {1, 1}, a, lu_factors(a));
}

#define ENGRAM_INSTANTIATE(T) template T det(const T&);
ENGRAM_FOR_ALL(ENGRAM_INSTANTIATE)

ENGRAM_AUTODIFF_END
