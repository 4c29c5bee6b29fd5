// error: could not convert|no viable conversion
#include <engram/autodiff/autodiff.hpp>

namespace ad = engram::autodiff;

ad::Variable<double> f() { return 1.0; }
