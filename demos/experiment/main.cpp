/// Experiments as commands. See experiment --help.
#include <engram/laboratory/interrupt.hpp>
#include <engram/laboratory/launch.hpp>
#include <engram/laboratory/options.hpp>
#include <engram/laboratory/program.hpp>
#include <engram/laboratory/ranks.hpp>
#include <engram/laboratory/test_settings.hpp>

#include "experiments.hpp"

#include <tbb/global_control.h>

#include <algorithm>

using namespace engram;
using namespace engram::demos;
using namespace engram::laboratory;

namespace {

int run(const Options& options) {
  const tbb::global_control control(tbb::global_control::max_allowed_parallelism,
                                    threads_of_rank(options.threads));
  std::vector<std::string> lines = lines_that_decide(options);
  lines.push_back(line_of_data());
  require_same_at_all_ranks(lines);
  const laboratory::InterruptGuard guard;
  Laboratory lab(options);
  try {
    const auto all = experiments();
    std::ranges::find(all, options.experiment, &Experiment::name)->run(lab);
  } catch (const Stopped&) {
    tell("Stopped. What is finished is kept; the same command goes on.");
    return exit_interrupted;
  }
  return lab.code();
}

}  // namespace

int main(int argc, char** argv) {
  return run_program("experiment", [&] {
    join_ranks("experiment");
    std::optional<Options> options;
    std::optional<int> code;
    at_all_ranks([&] {
      options = parse(argc, argv, experiments());
      if (options) code = launch(*options, argc, argv);
    });
    if (code || !options) return code.value_or(0);
    return run(*options);
  });
}
