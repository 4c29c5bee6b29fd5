/// The same function of 1000 matrices, one after another, of fixed sizes.
#include "../inputs.hpp"
#include "../program.hpp"

#include <Eigen/Cholesky>
#include <Eigen/LU>

namespace engram::bench::programs {

namespace {

using M3 = Eigen::Matrix<double, 3, 3, Eigen::RowMajor>;
using M4 = Eigen::Matrix<double, 4, 4, Eigen::RowMajor>;
using Eigen::Vector3d, Eigen::Vector4d;

/// `value_and_gradient` of each matrix returns the value and writes the gradient.
template <class F>
Program of_each_matrix(const F& value_and_gradient) {
  return [=, given = SmallMatrices()](std::vector<double>& results) {
    constexpr int n = SmallMatrices::sets;
    results.resize(17 * n);
    for (int k = 0; k < n; ++k)
      results[k] =
          value_and_gradient(Eigen::Map<const M4>(&given.a[16 * k]), Eigen::Map<M4>(&results[n + 16 * k]));
  };
}

}  // namespace

Program parameter_sets() {
  const ParameterSets given;
  return [=](std::vector<double>& results) {
    constexpr int n = ParameterSets::sets;
    results.resize(13 * n);
    for (int k = 0; k < n; ++k) {
      const Eigen::Map<const M3> m(&given.matrices[9 * k]);
      const Eigen::Map<const Vector3d> v(&given.vectors[3 * k]);
      const Vector3d a = m * v, w = m * a, t = w.array().tanh();
      results[k] = t.dot(v);
      const Vector3d w_bar = v.array() * (1 - t.array().square()), a_bar = m.transpose() * w_bar;
      Eigen::Map<M3> m_bar(&results[n + 9 * k]);
      Eigen::Map<Vector3d> v_bar(&results[10 * n + 3 * k]);
      m_bar = w_bar * a.transpose() + a_bar * v.transpose();
      v_bar = t + m.transpose() * a_bar;
    }
  };
}

Program solve() {
  const SmallMatrices given;
  return [=](std::vector<double>& results) {
    constexpr int n = SmallMatrices::sets;
    results.resize(21 * n);
    for (int k = 0; k < n; ++k) {
      const Eigen::PartialPivLU<M4> lu(Eigen::Map<const M4>(&given.a[16 * k]));
      const Vector4d x = lu.solve(Eigen::Map<const Vector4d>(&given.b[4 * k]));
      results[k] = x.squaredNorm();
      Eigen::Map<M4> a_bar(&results[n + 16 * k]);
      Eigen::Map<Vector4d> b_bar(&results[17 * n + 4 * k]);
      b_bar = lu.transpose().solve(Vector4d(2 * x));
      a_bar = -b_bar * x.transpose();
    }
  };
}

Program inverse() {
  return of_each_matrix([](const auto& a, auto a_bar) {
    const M4 y = a.inverse();
    a_bar = -2 * y.transpose() * y * y.transpose();
    return y.squaredNorm();
  });
}

Program cholesky() {
  return of_each_matrix([](const auto& a, auto a_bar) {
    const M4 l = Eigen::LLT<M4>(a).matrixL();
    M4 p = l.transpose() * (2 * l);
    p.triangularView<Eigen::StrictlyUpper>().setZero();
    p.diagonal() *= 0.5;
    const M4 inverse = l.triangularView<Eigen::Lower>().solve(M4::Identity());
    const M4 s = inverse.transpose() * p * inverse;
    a_bar = 0.5 * (s + s.transpose());
    return l.squaredNorm();
  });
}

}  // namespace engram::bench::programs
