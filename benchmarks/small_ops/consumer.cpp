/// A user's first file, for the time that it takes to compile.
#include <engram/autodiff/autodiff.hpp>

double slope(double at) {
  engram::autodiff::Tape<double> tape;
  const auto x = tape.variable(at);
  return engram::autodiff::gradient(x * exp(-x), x).item();
}
