// Programs from a fuzzer's bytes must have the properties that random ones have.
#include "../support/agreement.hpp"

#include <cstdio>

using namespace engram::test;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  // The first byte chooses the kind of program.
  const RandomProgram::Options options{.steps = 12, .smooth = data[0] % 2 == 1, .empty = data[0] % 4 < 2};
  const RandomProgram program(choices_of(std::span(data, size).subspan(1)), options);
  std::string text = disagreement_of_values(program) + disagreement_of_sweeps(program) +
                     disagreement_of_compiled(program) + disagreement_of_checkpoint(program) +
                     disagreement_of_scan(program);
  if (options.smooth) text += disagreement_with_differences(program);
  if (!text.empty()) {
    const auto graph = ad::trace<double>(program, std::span<const Shape>(shapes_of(program.inputs())));
    fmt::print(stderr, "{}\nof the program\n{}", text, ad::to_text(graph));
    std::abort();
  }
  return 0;
}
