/// x² and its derivative, by dual numbers: scalar code needs no tape.
#include "program.hpp"

namespace engram::gradbench::hello {

template <class T>
T square_of(const T& x) {
  return x * x;
}

template <class F>
Prepared prepared(const Json& input, F function) {
  struct State {
    double x, y;
  };
  const auto state = std::make_shared<State>(State{input, 0});
  return {[s = state.get(), function] { s->y = function(s->x); }, [state] { return Json(state->y); }};
}

Prepared square(const Json& input) {
  return prepared(input, [](double x) { return square_of(x); });
}

Prepared derivative(const Json& input) {
  return prepared(input, [](double x) { return square_of(ad::Dual<double>{x, 1.0}).tangent.primal(); });
}

const Eval eval{"hello", {{"square", square}, {"double", derivative}}};

}  // namespace engram::gradbench::hello
