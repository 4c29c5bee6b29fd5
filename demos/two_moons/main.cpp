/// The paper's experiment, from nothing to its Figure 2. See two_moons --help.
#include <engram/laboratory/gnuplot.hpp>
#include <engram/laboratory/held_folder.hpp>
#include <engram/laboratory/interrupt.hpp>
#include <engram/laboratory/laboratory.hpp>
#include <engram/laboratory/launch.hpp>
#include <engram/laboratory/ranks.hpp>
#include <engram/laboratory/shell_quoted.hpp>
#include <engram/laboratory/watch.hpp>
#include <engram/plasticity/atomic_file.hpp>

#include "commands.hpp"

#include <tbb/global_control.h>

using namespace engram;
using namespace engram::demos;
using namespace engram::laboratory;

namespace {

constexpr const char* program = "two_moons";

bool writes_folder(const Arguments& a) {
  return a.command != Command::evaluate && a.command != Command::certify;
}

/// No finished run may be in the folder, unless it is to be made anew.
void prepare_folder(const Arguments& a) {
  const Options& o = a.options;
  if (!o.anew && !a.resume && a.command != Command::train)
    require_unfinished(o.out / (a.command == Command::figure ? "figure2.csv" : "summary.json"));
  if (o.anew && o.trains)  // until the new run ends, results would be of two
    for (const char* name : {training_files::rule, "summary.json", "report.html", "results.csv",
                             "figure2.csv", "figure2.svg", "figure2.png"})
      std::filesystem::remove(o.out / name);
}

/// What would fail at the end is tried now.
void try_outputs(const Arguments& a) {
  if (!a.json.empty() && a.json != "-") {
    try {
      plasticity::require_writable_file(a.json);
    } catch (const plasticity::FileError& e) {
      throw UsageError(fmt::format("--json: {}", e.what()));
    }
  }
  if (a.command == Command::story || a.command == Command::figure) {
    try {
      run_gnuplot("", {});
    } catch (const FigureError& e) {
      complain(program, std::string(e.what()) + " (going on; all but the pictures will be written)");
    }
  }
}

/// How the rule of a run that was stopped is tested.
void tell_how_to_test(const Arguments& a) {
  const auto file = a.options.trains ? a.options.out / training_files::rule : a.options.rule;
  if (std::filesystem::exists(file))
    tell(fmt::format("To test the rule: {} --rule {}", a.program, shell_quoted(file.string())));
}

int run(Arguments a) {
  if (a.command == Command::watch) return ranks().leads() ? watch(a.options.out) : 0;
  const tbb::global_control control(tbb::global_control::max_allowed_parallelism,
                                    threads_of_rank(a.options.threads));
  std::optional<plasticity::RuleFile> rule;
  at_all_ranks([&] {
    if (!a.options.rule.empty()) rule = take_rule(a.options);
  });
  if (a.activation) a.options.meta.network.activation = *a.activation;
  require_same_at_all_ranks(lines_that_decide(a));
  std::optional<HeldFolder> held;
  from_leader([&] {
    if (writes_folder(a)) {
      held.emplace(a.options.out);
      prepare_folder(a);
    }
    try_outputs(a);
    return std::string();
  });
  if (a.command == Command::certify) return ranks().leads() ? certify(a, *rule) : 0;
  const InterruptGuard guard;
  try {
    if (!rule) rule = train(a);
    if (!rule) throw Stopped();
    return a.command == Command::train ? 0 : test(a, *rule);
  } catch (const Stopped&) {
    tell_how_to_test(a);
    return exit_interrupted;
  }
}

}  // namespace

int main(int argc, char** argv) {
  return run_program(program, [&] {
    join_ranks(program);
    std::optional<Arguments> arguments;
    std::optional<int> code;
    at_all_ranks([&] {
      arguments = parse(argc, argv);
      if (arguments) code = launch(arguments->options, argc, argv);
    });
    if (code || !arguments) return code.value_or(0);
    return run(*arguments);
  });
}
