/// x² and its derivative, by dual numbers: scalar code needs no tape.
#include "program.hpp"

namespace engram::gradbench::hello {

template <class T>
T square_of(const T& x) {
  return x * x;
}

template <class F>
Prepared prepared(const Json& input, F function) {
  const auto x = std::make_shared<double>(input.get<double>()), y = std::make_shared<double>();
  return {[=] { *y = function(*x); }, [=] { return Json(*y); }};
}

Prepared square(const Json& input) { return prepared(input, square_of<double>); }

Prepared derivative(const Json& input) {
  return prepared(input, [](double x) { return square_of(ad::Dual<double>{x, 1.0}).tangent.primal(); });
}

const Eval eval{"hello", {{"square", square}, {"double", derivative}}};

}  // namespace engram::gradbench::hello
