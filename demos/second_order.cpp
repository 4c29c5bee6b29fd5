/// Newton's method with exact second derivatives, on Rosenbrock's function: value, gradient and Hessian are
/// one compiled function.
#include <engram/autodiff/autodiff.hpp>

#include <Eigen/LU>
#include <fmt/core.h>

namespace ad = engram::autodiff;
using Variables = std::vector<ad::Variable<double>>;

int main() {
  const auto rosenbrock = [](const Variables& point) {
    const auto x = slice_rows(point[0], 0, 1), y = slice_rows(point[0], 1, 1);
    return 100.0 * square(y - square(x)) + square(1.0 - x);
  };
  const auto all = ad::compile<double>(
      [&](const Variables& point) {
        return Variables{rosenbrock(point), ad::gradient_of(rosenbrock)(point)[0],
                         ad::hessian_of(rosenbrock)(point)[0][0]};
      },
      {{2, 1}});

  Eigen::Vector2d point(-1.2, 1.0);
  for (int step = 0; step <= 7; ++step) {
    const auto result = all({point});
    fmt::print("step {}: f({:8.5f}, {:8.5f}) = {:.3e}\n", step, point[0], point[1], result[0].item());
    const Eigen::Vector2d gradient = result[1].array();
    const Eigen::Matrix2d hessian = result[2].array();
    point -= hessian.partialPivLu().solve(gradient);
  }
}
