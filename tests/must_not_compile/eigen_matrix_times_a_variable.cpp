// one sentence: the product of matrices is matmul
#include <engram/autodiff/autodiff.hpp>

namespace ad = engram::autodiff;

auto f(const Eigen::MatrixXd& m, const ad::Variable<double>& x) { return m * x; }
