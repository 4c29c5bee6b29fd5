// error: no match for|invalid operands
#include <engram/autodiff/autodiff.hpp>

namespace ad = engram::autodiff;

auto f(ad::Variable<double> x, ad::Value<double> y) { return x + y; }
