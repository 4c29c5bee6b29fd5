// one sentence: an .if. on a variable
#include <engram/autodiff/autodiff.hpp>

namespace ad = engram::autodiff;

bool f(ad::Variable<double> x, ad::Variable<double> y) { return x > y; }
