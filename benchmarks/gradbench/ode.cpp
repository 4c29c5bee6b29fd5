/// y₀' = x₀, yᵢ' = xᵢ yᵢ₋₁ from y = 0, by s steps of Runge and Kutta to the time 2; the gradient is that of
/// the last yᵢ.
#include "program.hpp"

namespace engram::gradbench::ode {

struct Solution {
  Index steps;

  Variable operator()(const Variables& in) const {
    const double h = 2.0 / static_cast<double>(steps);
    const auto step = [h](auto carry, auto, auto k) {
      const Variable &y = carry[0], &x = k[0];
      const Variable one = x.tape().constant(1.0);
      const auto slope = [&](const Variable& at) {
        return x * ad::concatenate({one, slice_rows(at, 0, at.rows() - 1)}, 0);
      };
      const Variable k1 = slope(y), k2 = slope(y + h * k1 / 2.0), k3 = slope(y + h * k2 / 2.0),
                     k4 = slope(y + h * k3);
      return ad::StepResult<Variable>{{y + h * (k1 + 2.0 * k2 + 2.0 * k3 + k4) / 6.0}, {}};
    };
    return ad::scan<double>(step, {zeros_like(in[0])}, {}, {in[0]}, steps).carry[0];
  }
};

template <class F>
Prepared prepared(const Json& input, F function) {
  Numbers x = input["x"];
  const ad::Shape shape{static_cast<Index>(x.size()), 1};
  return replayed(function, {shape}, {std::move(x)}, numbers);
}

Prepared primal(const Json& input) { return prepared(input, Solution{input["s"]}); }

Prepared gradient(const Json& input) {
  const auto last = [y = Solution{input["s"]}](const Variables& in) { return at(y(in), in[0].rows() - 1); };
  return prepared(input, ad::gradient_of(last));
}

const Eval eval{"ode", {{"primal", primal}, {"gradient", gradient}}};

}  // namespace engram::gradbench::ode
