// error: could not convert|is not contextually convertible
#include <engram/autodiff/autodiff.hpp>

namespace ad = engram::autodiff;

int f(ad::Variable<double> x) { return x ? 1 : 2; }
