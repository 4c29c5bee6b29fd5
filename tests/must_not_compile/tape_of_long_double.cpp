// one sentence: a tape is of float or double
#include <engram/autodiff/autodiff.hpp>

namespace ad = engram::autodiff;

void f() {
  ad::Tape<long double> tape;
  tape.variable(1.0L);
}
