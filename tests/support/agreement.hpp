/// Properties of any program of ops: all ways to run and to differentiate it agree. Each function tells what
/// does not; nothing if all is well.
#pragma once

#include "plan_verifier.hpp"
#include "random_program.hpp"
#include "stacks.hpp"

#include <string>

namespace engram::test {

/// Nothing if both are equal numbers, or as near as the tolerance says.
template <class A, class B>
std::string disagreement(const char* what, const A& found, const B& expected, double tolerance = 0) {
  const double d = difference(found, expected);
  return d <= tolerance ? "" : fmt::format("{}: a difference of {}\n", what, d);
}

/// Plain values, recorded variables, and the program as it was made.
inline std::string disagreement_of_values(const RandomProgram& program) {
  ad::Tape<double> tape;
  return disagreement("plain values", program(program.inputs()), program.results()) +
         disagreement("variables", program(record(tape, program.inputs())), program.results());
}

/// The sweep that only computes and the one that records, for first and second derivatives.
inline std::string disagreement_of_sweeps(const RandomProgram& program) {
  ad::Tape<double> tape;
  const auto x = record(tape, program.inputs());
  std::string text;
  Variables last = program(x);
  for (int order = 1; order <= 2; ++order) {
    const auto y = weighted_sum(last);
    const Values computed = ad::gradient_values(y, x);
    last = ad::gradient(y, x);
    text += disagreement("computed gradient", computed, last);
  }
  return text;
}

/// Compiled and eager, with first and second derivatives; with all results, and the last derivative alone,
/// where much is dead code. Their plans are verified.
inline std::string disagreement_of_compiled(const RandomProgram& program) {
  ad::Tape<double> tape;
  const Values& inputs = program.inputs();
  const Variables expected = with_derivatives(program, record(tape, inputs), 2);
  std::string text;
  for (const std::size_t from : {std::size_t{0}, expected.size() - 1}) {
    const auto f = ad::compile<double>(
        [&](const Variables& x) {
          const Variables all = with_derivatives(program, x, 2);
          return Variables(all.begin() + static_cast<std::ptrdiff_t>(from), all.end());
        },
        shapes_of(inputs));
    const Variables results(expected.begin() + static_cast<std::ptrdiff_t>(from), expected.end());
    text += disagreement("compiled", f(inputs), results);
    text += verify(f.program(), ad::Plan<double>(f.program()));
  }
  return text;
}

/// Inside a checkpoint and without one, with first and second derivatives.
inline std::string disagreement_of_checkpoint(const RandomProgram& program) {
  const auto inside = [&](const Variables& x) {
    return ad::checkpoint<Variable>([&](auto v) { return program(Variables(v.begin(), v.end())); }, x);
  };
  ad::Tape<double> tape;
  const auto x = record(tape, program.inputs());
  return disagreement("checkpoint", inside(x), program.results()) +
         disagreement("derivatives of a checkpoint", with_derivatives(inside, x, 2),
                      with_derivatives(program, x, 2), 1e-11);
}

/// As the body of a loop: scanned under each storage policy, and unrolled, with first and second derivatives.
/// The program's inputs are a carry, a sequence and a constant; its results go into the next carry as well.
inline std::string disagreement_of_scan(const RandomProgram& program) {
  constexpr ad::Index steps = 3;
  const auto body = [&](auto carry, auto x, auto constants) {
    using T = std::decay_t<decltype(carry[0])>;
    std::vector<T> in = {carry[0]};
    in.insert(in.end(), x.begin(), x.end());
    in.insert(in.end(), constants.begin(), constants.end());
    const auto y = program(in);
    T next = carry[0];
    for (const auto& v : y) next = next + 0.1 * ad::sum(v);
    return ad::StepResult<T>{{ad::tanh(next)}, y};
  };
  const auto results_of = [](auto run) {
    return [run](const Variables& x) {
      const auto second = x.begin() + 1, third = x.begin() + std::min<std::ptrdiff_t>(2, std::ssize(x));
      const auto loop = run(Variables{x[0]}, Variables(second, third), Variables(third, x.end()));
      Variables all = loop.carry;
      all.insert(all.end(), loop.results.begin(), loop.results.end());
      return all;
    };
  };
  Values inputs = program.inputs();
  if (inputs.size() > 1) inputs[1] = ad::concatenate(Values(steps, inputs[1]), 0);
  ad::Tape<double> tape;
  const auto x = record(tape, inputs);
  const auto unrolled = results_of([&](auto... in) { return unroll<Variable>(body, in..., steps); });
  const Variables expected = with_derivatives(unrolled, x, 2);
  std::string text;
  for (const auto keep : {ad::Keep::everything, ad::Keep::carries, ad::Keep::binomial(2)}) {
    const auto scanned = results_of([&, keep](auto... in) { return ad::scan(body, in..., steps, keep); });
    const Variables found = with_derivatives(scanned, x, 2);
    text += disagreement("scan", found, expected, 1e-10);
    // One of the results compiled alone: much of the loop is not needed.
    const std::size_t one = expected.size() - x.size() - 1;
    const auto alone = ad::compile<double>(
        [&](const Variables& v) { return Variables{with_derivatives(scanned, v, 2)[one]}; }, shapes_of(x));
    text += disagreement("compiled scan", alone(inputs), Variables{found[one]});
    text += verify(alone.graph(), ad::Plan<double>(alone.graph()));
  }
  return text;
}

/// On a stack of n matrices for each input, or for the first input only, and on each matrix by itself; with
/// first and second derivatives.
inline std::string disagreement_of_stacks(const RandomProgram& program, ad::Index n) {
  std::string text;
  for (const bool all : {true, false}) {
    Values inputs;
    for (const Value& v : program.inputs()) {
      Values matrices;
      for (ad::Index s = 0; s < n; ++s) matrices.push_back(v * (1 - 0.01 * static_cast<double>(s)));
      const bool is_stack = all || inputs.empty();
      inputs.push_back(!is_stack ? v : n == 0 ? Value(Shape{v.rows(), v.columns(), 0}) : ad::stack(matrices));
    }
    const auto together = [&](const Variables& x) {
      Variables y = program(x);
      for (auto& v : y)
        if (v.stack() == 1) v = ad::repeat_stack(v, n);
      return y;
    };
    const auto apart = [&](const Variables& x) { return one_by_one(program, x, n); };
    ad::Tape<double> tape;
    const Variables x = record(tape, inputs);
    const Variables found = with_derivatives_on_stacks(together, x);
    if (n > 0) text += disagreement("stacks", found, with_derivatives_on_stacks(apart, x), 1e-10);
    // The results alone, too: there, more is joined.
    const auto derivatives = [&](const Variables& in) { return with_derivatives_on_stacks(together, in); };
    for (const auto& compiled : {ad::compile<double>(together, shapes_of(inputs)),
                                 ad::compile<double>(derivatives, shapes_of(inputs))}) {
      const Values y = compiled(inputs);
      text += disagreement("compiled stacks", y, Variables(found.begin(), found.begin() + std::ssize(y)));
      text += verify(compiled.program(), ad::Plan<double>(compiled.program()));
    }
  }
  return text;
}

/// First and second derivatives and finite differences, for smooth programs. A wrong derivative agrees with
/// differences of no step; a right one need not agree with those of a step that is too large for how the
/// program bends.
inline std::string disagreement_with_differences(const RandomProgram& program) {
  std::string text;
  for (const double step : {1e-3, 1e-4, 1e-5}) {
    const auto report = ad::gradcheck([&](const Variables& x) { return program(x); }, program.inputs(),
                                      {.step = step, .tolerance = 1e-6, .entries = 4});
    if (report.passed) return "";
    text += report.text + "\n";
  }
  return text;
}

}  // namespace engram::test
