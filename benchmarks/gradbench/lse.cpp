/// log Σ exp(x) and its gradient.
#include "program.hpp"

namespace engram::gradbench::lse {

Variable log_of_sum(const Variables& in) { return log_sum_exp(in[0], 0); }

template <class F>
Prepared prepared(const Json& input, F function, Json (*output)(const Replay&)) {
  Numbers x = input["x"];
  const ad::Shape shape{static_cast<Index>(x.size()), 1};
  return replayed(function, {shape}, {std::move(x)}, output);
}

Prepared primal(const Json& input) { return prepared(input, log_of_sum, number); }
Prepared gradient(const Json& input) { return prepared(input, ad::gradient_of(log_of_sum), numbers); }

const Eval eval{"lse", {{"primal", primal}, {"gradient", gradient}}};

}  // namespace engram::gradbench::lse
