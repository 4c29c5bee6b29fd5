/// Jacobians with a scalar type that carries 15 derivatives, as Ceres has one.
#include "../camera_model.hpp"
#include "../inputs.hpp"
#include "../program.hpp"

#include <Eigen/Core>

namespace engram::bench::programs {

namespace {

struct Jet {
  using Derivatives = Eigen::Matrix<double, 15, 1>;
  double a = 0;
  Derivatives v = Derivatives::Zero();
  Jet() = default;
  Jet(double number) : a(number) {}
  Jet(double number, const Derivatives& derivatives) : a(number), v(derivatives) {}
};
Jet operator+(const Jet& f, const Jet& g) { return {f.a + g.a, f.v + g.v}; }
Jet operator-(const Jet& f, const Jet& g) { return {f.a - g.a, f.v - g.v}; }
Jet operator-(const Jet& f) { return {-f.a, -f.v}; }
Jet operator*(const Jet& f, const Jet& g) { return {f.a * g.a, f.a * g.v + g.a * f.v}; }
Jet operator*(double s, const Jet& f) { return {s * f.a, s * f.v}; }
Jet operator/(const Jet& f, const Jet& g) {
  const double inverse = 1 / g.a, q = f.a * inverse;
  return {q, (f.v - q * g.v) * inverse};
}
Jet& operator+=(Jet& f, const Jet& g) { return f = f + g; }
bool operator>(const Jet& f, const Jet& g) { return f.a > g.a; }
Jet sqrt(const Jet& f) {
  const double root = std::sqrt(f.a);
  return {root, f.v / (2 * root)};
}
Jet sin(const Jet& f) { return {std::sin(f.a), std::cos(f.a) * f.v}; }
Jet cos(const Jet& f) { return {std::cos(f.a), -std::sin(f.a) * f.v}; }

}  // namespace

Program lotka_volterra_by_lift(int) { return lotka_volterra(Kept::everything); }

Program camera_jacobians() {
  const Observations given;
  return [=](std::vector<double>& results) {
    results.resize(30 * Observations::count);
    double* out = results.data();
    for (int n = 0; n < Observations::count; ++n) {
      Jet in[15], seen[2];
      for (int j = 0; j < 15; ++j)
        in[j] = {
            j < 12 ? given.camera[12 * given.of_camera[n] + j] : given.point[3 * given.of_point[n] + j - 12],
            Jet::Derivatives::Unit(j)};
      CameraModel()(in, in + 12, seen);
      for (const Jet& coordinate : seen) out = std::copy_n(coordinate.v.data(), 15, out);
    }
  };
}

Program camera_jacobians_in_columns() { return camera_jacobians(); }

}  // namespace engram::bench::programs
