// one sentence: an entry of a variable is at
#include <engram/autodiff/autodiff.hpp>

namespace ad = engram::autodiff;

auto f(const ad::Variable<double>& x) { return x(0); }
