// one sentence: write exp.x., not std::exp
#include <engram/autodiff/autodiff.hpp>

#include <cmath>

namespace ad = engram::autodiff;

ad::Variable<double> f(const ad::Variable<double>& x) {
  return ad::elementwise("f", [](auto a) { return 2 * std::exp(a) + 1; })(x);
}
