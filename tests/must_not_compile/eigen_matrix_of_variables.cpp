// one sentence: a Variable is a matrix already.*becomes an op by lift
#include <engram/autodiff/autodiff.hpp>

namespace ad = engram::autodiff;

ad::Variable<double> f(const ad::Variable<double>& x) {
  Eigen::Matrix<ad::Variable<double>, 3, 1> v;
  v << x, x, x;
  return v.dot(v);
}
