// Properties of any program of ops: all ways to run and to differentiate it agree. ENGRAM_PROPERTY_SEEDS
// tells how many programs are tried for each; tests/fuzz tries the same ones with programs from a fuzzer.
#include "../support/agreement.hpp"

#include <boost/test/unit_test.hpp>

#include <cstdlib>

using namespace engram::test;

namespace {

/// Calls `disagreement(program)` for many programs, naming the seed where it is not empty.
void for_programs(const RandomProgram::Options& options, auto disagreement) {
  const char* const wanted = std::getenv("ENGRAM_PROPERTY_SEEDS");
  const std::uint64_t count = wanted ? std::strtoull(wanted, nullptr, 10) : 1000;
  for (std::uint64_t seed = 0; seed < count; ++seed) {
    const std::string text = disagreement(RandomProgram(seed, options));
    BOOST_TEST(text.empty(), "seed " << seed << ": " << text);
  }
}

}  // namespace

BOOST_AUTO_TEST_SUITE(property)

BOOST_AUTO_TEST_CASE(values_and_variables_give_the_same_numbers) { for_programs({}, disagreement_of_values); }

BOOST_AUTO_TEST_CASE(computed_and_recorded_gradients_are_the_same_numbers) {
  for_programs({}, disagreement_of_sweeps);
}

BOOST_AUTO_TEST_CASE(a_compiled_program_gives_the_same_numbers) {
  for_programs({}, disagreement_of_compiled);
}

BOOST_AUTO_TEST_CASE(a_compiled_program_on_few_numbers_gives_the_same_numbers) {
  for_programs({.steps = 40, .small = true}, disagreement_of_compiled);
}

BOOST_AUTO_TEST_CASE(a_checkpoint_changes_no_value_and_no_derivative) {
  for_programs({}, disagreement_of_checkpoint);
}

BOOST_AUTO_TEST_CASE(a_scan_is_what_its_unrolled_loop_is) { for_programs({}, disagreement_of_scan); }

BOOST_AUTO_TEST_CASE(a_scan_of_few_numbers_is_what_its_unrolled_loop_is) {
  for_programs({.small = true}, disagreement_of_scan);
}

BOOST_AUTO_TEST_CASE(a_program_on_stacks_is_the_program_on_each_matrix) {
  std::uint64_t n = 0;
  for_programs({.smooth = true}, [&](const RandomProgram& program) {
    constexpr ad::Index counts[] = {0, 1, 2, 3, 7};
    return disagreement_of_stacks(program, counts[n++ % 5]);
  });
}

BOOST_AUTO_TEST_CASE(derivatives_agree_with_differences) {
  for_programs({.steps = 10, .smooth = true}, disagreement_with_differences);
}

BOOST_AUTO_TEST_SUITE_END()
