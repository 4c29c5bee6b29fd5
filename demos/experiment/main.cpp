/// Experiments as commands. See experiment --help.
#include <engram/laboratory/command_line.hpp>
#include <engram/laboratory/interrupt.hpp>

#include "experiments.hpp"

#include <tbb/global_control.h>
#include <tbb/info.h>

#include <algorithm>

using namespace engram;
using namespace engram::demos;
using namespace engram::laboratory;

namespace {

int run(const Options& options) {
  const std::size_t threads =
      options.threads > 0 ? options.threads : static_cast<std::size_t>(tbb::info::default_concurrency());
  const tbb::global_control control(tbb::global_control::max_allowed_parallelism, threads);
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
    const auto options = parse(argc, argv, experiments());
    return options ? run(*options) : 0;
  });
}
