#include "common.hpp"
#include "ops/instantiate.hpp"

#include <unsupported/Eigen/MatrixFunctions>

ENGRAM_AUTODIFF_BEGIN
namespace {

/// e to the power of a, by scaling and squaring (Higham 2005). ā is the derivative of the exponential at aᵀ
/// in the direction ȳ, which stands beside the diagonal of a larger exponential (Mathias 1996):
///
///     exp [aᵀ ȳ; 0 aᵀ] = [exp aᵀ, ā; 0, exp aᵀ]
struct Expm {
  static constexpr auto name = "expm";
  static Shape shape(Shape a) {
    require_square(name, a);
    return a;
  }
  static double flops(std::span<const Shape>, std::span<const Shape> x) {
    return 30 * static_cast<double>(x[0].size()) * static_cast<double>(x[0].rows);
  }
  template <class S>
  static void forward(View<S> y, ConstView<S> a) {
    if (!all_finite(a)) return fill_nan(y);
    // In double for every scalar: more exact, and compiled once.
    const Eigen::MatrixXd exponent = a.map().matrix().template cast<double>(), power = exponent.exp();
    y.map() = power.array().template cast<S>();
  }
  static constexpr auto vjp = rules([](auto& g, auto&, auto& a) {
    // A large cotangent beside a small a would cost digits of a.
    const auto largest = stop_gradient(max(abs(g)));
    const auto unit = select(equal(largest, 0.0), 1.0, largest);
    const auto at = transpose(a);
    const Index n = a.rows();
    const auto above = concatenate({at, g / unit}, 1), below = concatenate({zeros_like(a), at}, 1);
    const auto both = expm(concatenate({above, below}, 0));
    return unit * slice_columns(slice_rows(both, 0, n), n, n);
  });
};

}  // namespace

template <Differentiable T>
T expm(const T& a) {
  return apply(Expm{}, a);
}

#define ENGRAM_INSTANTIATE(T) template T expm(const T&);
ENGRAM_FOR_ALL(ENGRAM_INSTANTIATE)

ENGRAM_AUTODIFF_END
