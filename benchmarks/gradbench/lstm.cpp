/// A recurrent network of l layers of b units whose weights are diagonal, which predicts the next of a
/// sequence of c rows of b bits; the mean loss over all predictions and bits.
#include "program.hpp"

namespace engram::gradbench::lstm {

/// A layer of (1,b): its input x, what it hands on, its weights and biases (1,4b): forget, in, out, change.
std::pair<Variable, Variable> layer(const Variable& x, const Variable& hidden, const Variable& cell,
                                    const Variable& weight, const Variable& bias) {
  const Index b = x.columns();
  const Variable sums = ad::concatenate({x, hidden, x, hidden}, 1) * weight + bias;
  const Variables gates = split(sigmoid(slice_columns(sums, 0, 3 * b)), {b, b, b}, 1);
  const Variable next = cell * gates[0] + gates[1] * tanh(slice_columns(sums, 3 * b, b));
  return {gates[2] * tanh(next), next};
}

struct Loss {
  Index layers, steps, b;
  Numbers sequence, state;

  explicit Loss(const Json& input) : sequence(flat(input["sequence"])), state(flat(input["state"])) {
    layers = static_cast<Index>(input["main_params"].size()) / 2;
    steps = static_cast<Index>(input["sequence"].size()) - 1;
    b = static_cast<Index>(sequence.size()) / (steps + 1);
  }

  std::vector<ad::Shape> shapes() const { return {{2 * layers, 4 * b}, {3, b}}; }

  Variable operator()(const Variables& in) const {
    const Variable &main = in[0], &extra = in[1];
    auto& tape = main.tape();
    const Variable all = constant(tape, sequence, {steps + 1, b}),
                   first = constant(tape, state, {2 * layers, b});
    const auto step = [](auto carry, auto x, auto k) {
      Variables next;
      Variable passed = x[0];
      for (Index i = 0; i < static_cast<Index>(carry.size()); i += 2) {
        const auto at = static_cast<std::size_t>(i);
        auto [hidden, cell] = layer(passed, carry[at], carry[at + 1], row(k[0], i), row(k[0], i + 1));
        next.push_back(hidden);
        next.push_back(cell);
        passed = hidden;
      }
      return ad::StepResult<Variable>{next, {passed}};
    };
    const Variables start = split(first, std::vector<Index>(static_cast<std::size_t>(2 * layers), 1), 0);
    const Variable read = slice_rows(all, 0, steps) * row(extra, 0);
    const Variable hidden = ad::scan<double>(step, start, {read}, {main}, steps).results[0];
    const Variable said = hidden * row(extra, 1) + row(extra, 2);
    const Variable log_norms = log(2.0 + sum(exp(said), 1));
    return -sum(slice_rows(all, 1, steps) * (said - log_norms)) / static_cast<double>(steps * b);
  }
};

template <class F, class Output>
Prepared prepared(const Json& input, const Loss& f, const F& function, Output output) {
  return replayed(function, f.shapes(), {flat(input["main_params"]), flat(input["extra_params"])}, output);
}

Prepared objective(const Json& input) {
  const Loss f(input);
  return prepared(input, f, f, number);
}
Prepared jacobian(const Json& input) {
  const Loss f(input);
  return prepared(input, f, ad::gradient_of(f), [](const Replay& run) {
    Numbers both = run.result(0);
    both.insert(both.end(), run.result(1).begin(), run.result(1).end());
    return both;
  });
}

const Eval eval{"lstm", {{"objective", objective}, {"jacobian", jacobian}}};

}  // namespace engram::gradbench::lstm
