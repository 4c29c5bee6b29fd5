// Properties of any program of ops: all ways to run and to differentiate it agree.
#include "../support/random_program.hpp"
#include "../support/values.hpp"

#include <boost/test/unit_test.hpp>

using namespace engram::test;

namespace {

/// Calls `check(program)` for many programs, naming the seed in failures.
void for_programs(int count, const RandomProgram::Options& options, auto check) {
  for (std::uint64_t seed = 1000; seed < 1000 + static_cast<std::uint64_t>(count); ++seed)
    BOOST_TEST_CONTEXT("seed " << seed) check(RandomProgram(seed, options));
}

}  // namespace

BOOST_AUTO_TEST_SUITE(property)

BOOST_AUTO_TEST_CASE(values_and_variables_give_the_same_numbers) {
  for_programs(500, {}, [](const RandomProgram& program) {
    ad::Tape<double> tape;
    BOOST_TEST(difference(program(program.inputs()), program.results()) == 0);
    BOOST_TEST(difference(program(record(tape, program.inputs())), program.results()) == 0);
  });
}

BOOST_AUTO_TEST_CASE(computed_and_recorded_gradients_are_the_same_numbers) {
  for_programs(300, {}, [](const RandomProgram& program) {
    ad::Tape<double> tape;
    const auto x = record(tape, program.inputs());
    const auto y = weighted_sum(program(x));
    BOOST_TEST(difference(ad::gradient_values(y, x), ad::gradient(y, x)) == 0);
  });
}

BOOST_AUTO_TEST_CASE(derivatives_agree_with_differences) {
  for_programs(150, {.steps = 10, .smooth = true}, [](const RandomProgram& program) {
    const auto report = ad::gradcheck([&](const Variables& x) { return program(x); }, program.inputs(),
                                      {.tolerance = 1e-6, .entries = 4});
    BOOST_TEST(report.passed, report.text);
  });
}

BOOST_AUTO_TEST_CASE(a_checkpoint_changes_no_value_and_no_derivative) {
  for_programs(200, {}, [](const RandomProgram& program) {
    const auto inside = [&](const Variables& x) {
      return ad::checkpoint<Variable>([&](auto v) { return program(Variables(v.begin(), v.end())); }, x);
    };
    ad::Tape<double> tape;
    const auto x = record(tape, program.inputs());
    BOOST_TEST(difference(inside(x), program.results()) == 0);
    BOOST_TEST(difference(with_derivatives(inside, x, 2), with_derivatives(program, x, 2)) < 1e-11);
  });
}

BOOST_AUTO_TEST_CASE(a_scan_is_what_its_unrolled_loop_is) {
  // The program's inputs are a carry, a sequence and a constant; its results go into the next carry as well.
  constexpr ad::Index steps = 3;
  for_programs(200, {.empty = false}, [](const RandomProgram& program) {
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
    const auto results_of = [&](auto run) {
      return [&, run](const Variables& x) {
        const auto first = x.begin(), second = first + 1,
                   third = first + std::min<std::ptrdiff_t>(2, std::ssize(x));
        return run(Variables(first, second), Variables(second, third), Variables(third, x.end())).results;
      };
    };
    const auto unrolled = results_of([&](auto... x) { return unroll<Variable>(body, x..., steps); });
    Values inputs = program.inputs();
    if (inputs.size() > 1) inputs[1] = ad::concatenate(Values(steps, inputs[1]), 0);
    ad::Tape<double> tape;
    const auto x = record(tape, inputs);
    const auto expected = with_derivatives(unrolled, x, 2);
    for (const auto keep : {ad::Keep::everything, ad::Keep::carries}) {
      const auto scanned = results_of([&, keep](auto... in) { return ad::scan(body, in..., steps, keep); });
      const auto found = with_derivatives(scanned, x, 2);
      BOOST_TEST(difference(found, expected) < 1e-10);
      // One of the results compiled alone: much of the loop is not needed.
      const auto alone = ad::compile<double>(
          [&](const Variables& v) { return Variables{with_derivatives(scanned, v).back()}; }, shapes_of(x));
      const auto count = program.results().size() + x.size();
      BOOST_TEST(difference(alone(inputs)[0], found[count - 1]) == 0);
    }
  });
}

BOOST_AUTO_TEST_SUITE_END()
