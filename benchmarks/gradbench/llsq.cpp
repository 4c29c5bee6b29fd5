/// Half the squared distance of the polynomial with coefficients x (m) from the sign of t, at n points t in
/// [-1, 1].
///
/// The points pass in blocks that stay in the first-level cache: a loop whose steps have a block each. As in
/// GradBench's definition a block's powers are products, one after the other.
#include "program.hpp"

namespace engram::gradbench::llsq {

/// For a block of points t (1 x points) and coefficients x (m x 1).
Variable squares(const Variable& t, const Variable& x) {
  Variables powers{zeros_like(t) + 1.0};
  while (static_cast<Index>(powers.size()) < x.rows()) powers.push_back(powers.back() * t);
  return sum(square(sign(t) - matmul_tn(x, ad::concatenate(powers, 0))));
}

struct Loss {
  Numbers points;

  explicit Loss(Index n) {
    for (Index i = 0; i < n; ++i)
      points.push_back(-1 + static_cast<double>(i) * 2 / static_cast<double>(n - 1));
  }

  Variable operator()(const Variables& in) const {
    const Variable& x = in[0];
    auto& tape = x.tape();
    const auto n = static_cast<Index>(points.size());
    const Index block = std::min<Index>(n, 128), blocks = n / block;
    const auto step = [](auto carry, auto t, auto k) {
      return ad::StepResult<Variable>{{carry[0] + squares(t[0], k[0])}, {}};
    };
    const Variable all = constant(tape, points, {n, 1});
    const Variable whole = reshape(slice_rows(all, 0, blocks * block), {blocks, block});
    Variable loss = ad::scan<double>(step, {tape.constant(0.0)}, {whole}, {x}, blocks).carry[0];
    if (n % block) loss = loss + squares(transpose(slice_rows(all, blocks * block, n % block)), x);
    return 0.5 * loss;
  }
};

template <class F>
Prepared prepared(const Json& input, F function, Json (*output)(const Replay&)) {
  Numbers x = input["x"];
  const ad::Shape shape{static_cast<Index>(x.size()), 1};
  return replayed(function, {shape}, {std::move(x)}, output);
}

Prepared primal(const Json& input) { return prepared(input, Loss(input["n"]), number); }
Prepared gradient(const Json& input) { return prepared(input, ad::gradient_of(Loss(input["n"])), numbers); }

const Eval eval{"llsq", {{"primal", primal}, {"gradient", gradient}}};

}  // namespace engram::gradbench::llsq
