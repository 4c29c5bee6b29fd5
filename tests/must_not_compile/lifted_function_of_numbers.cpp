// one sentence: in place of .*double
#include <engram/autodiff/autodiff.hpp>

namespace ad = engram::autodiff;

ad::Variable<double> f(const ad::Variable<double>& x) {
  return ad::elementwise("f", [](double a) { return a * a; })(x);
}
