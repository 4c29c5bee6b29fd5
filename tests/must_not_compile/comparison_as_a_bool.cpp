// error: no match for|invalid operands
#include <engram/autodiff/autodiff.hpp>

namespace ad = engram::autodiff;

bool f(ad::Variable<double> x, ad::Variable<double> y) { return x > y; }
