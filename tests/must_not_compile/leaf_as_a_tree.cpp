// error: no matching function for call to .?flatten
#include <engram/autodiff/autodiff.hpp>

namespace ad = engram::autodiff;

auto f(const ad::Variable<double>& x) { return ad::flatten(x); }
