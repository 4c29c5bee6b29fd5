// error: lvalue required|not assignable
#include <engram/autodiff/autodiff.hpp>

namespace ad = engram::autodiff;

void f(ad::Variable<double> x) { x.value()(0, 0) = 1; }
