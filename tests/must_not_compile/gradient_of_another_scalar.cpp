// error: no matching function
#include <engram/autodiff/autodiff.hpp>

namespace ad = engram::autodiff;

auto f(ad::Variable<double> y, ad::Variable<float> x) { return ad::gradient(y, x); }
