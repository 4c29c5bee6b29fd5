#include <engram/laboratory/progress.hpp>
#include <engram/laboratory/ranks.hpp>
#include <engram/laboratory/training.hpp>
#include <engram/laboratory/usage_error.hpp>
#include <engram/plasticity/atomic_file.hpp>
#include <engram/plasticity/checkpoint.hpp>
#include <engram/plasticity/read_file.hpp>

#include <fmt/format.h>

#include <cerrno>
#include <cstdio>
#include <cstring>

namespace engram::laboratory {

using namespace plasticity;
namespace fs = std::filesystem;

namespace {

constexpr const char* log_head =
    "step,loss,gradient_norm,median_norm,clipped,lost,skipped,rolled_back,validation_accuracy\n";

std::string log_row(const StepReport& r) {
  return fmt::format("{},{:.9g},{:.9g},{:.9g},{},{},{},{},{}\n", r.step, r.loss, r.gradient_norm,
                     r.median_norm, r.clipped, r.lost, r.skipped ? 1 : 0, r.rolled_back ? 1 : 0,
                     r.validation ? fmt::format("{:.6f}", *r.validation) : "");
}

/// What a training writes while it runs: the log, row by row, and checkpoints.
class Records {
 public:
  Records(const TrainingRun& run, std::string log)
      : run_(run), path_(run.folder / training_files::log), text_(std::move(log)) {
    write_atomically(path_, text_);  // what a killed run wrote after its checkpoint is computed again
    file_ = std::fopen(path_.c_str(), "ab");
    if (file_ == nullptr) fail();
  }
  Records(const Records&) = delete;
  Records& operator=(const Records&) = delete;
  ~Records() { std::fclose(file_); }

  void add(const std::string& row) {
    text_ += row;
    if (std::fputs(row.c_str(), file_) == EOF || std::fflush(file_) != 0) fail();
  }
  /// The state after the last row.
  void save(const MetaState& state) const {
    save_checkpoint(run_.folder / training_files::checkpoint, {run_.configuration.dump(), state, text_});
  }

 private:
  [[noreturn]] void fail() const {
    throw FileError(fmt::format("cannot write '{}': {}", path_.string(), std::strerror(errno)));
  }

  const TrainingRun& run_;
  fs::path path_;
  std::string text_;
  std::FILE* file_ = nullptr;
};

/// The text of the checkpoint to go on from; empty if none is to be used.
std::string find_checkpoint(const TrainingRun& run, Start start) {
  const fs::path path = run.folder / training_files::checkpoint;
  if (start == Start::anew || (start != Start::resume && !fs::exists(path))) return "";
  std::string text = read_file("checkpoint", path);
  const Checkpoint checkpoint = parse_checkpoint(text, path.native());
  if (start == Start::fresh) {
    const long step = checkpoint.state.step,
               total = nlohmann::json::parse(checkpoint.configuration).value("outer_steps", 0L);
    if (step == 0) return "";
    throw UsageError(fmt::format(
        "'{}' holds a run that {}: --resume goes on with it, --anew overwrites it, another --out keeps it",
        run.folder.string(),
        step < total ? fmt::format("was stopped after step {}", step)
                     : fmt::format("is finished, {} steps", total)));
  }
  const std::string difference = configuration_difference(checkpoint.configuration, run.configuration.dump());
  if (!difference.empty())
    throw FormatError(fmt::format(
        "checkpoint '{}': it is of another configuration: {}; give the same options, or another --out",
        path.string(), difference));
  return text;
}

/// What a training that has come to this state gives; the leader writes the rule.
Trained outcome(const TrainingRun& run, const MetaState& state, long resumed_from) {
  Trained result{.rule = {},
                 .parameters = state.best_step > 0 ? state.best : state.average,
                 .interrupted = state.step < run.settings.outer_steps,
                 .resumed_from = resumed_from,
                 .steps = state.step,
                 .best_step = state.best_step,
                 .validation = state.best_validation,
                 .left_out = state.skipped};
  if (state.step == 0 || run.method) return result;
  nlohmann::ordered_json manifest;
  manifest["configuration"] = run.configuration;
  manifest["outer_steps_done"] = state.step;
  manifest["steps_left_out"] = state.skipped;
  manifest["tasks_clipped"] = state.clipped_tasks;
  manifest["tasks_lost"] = state.lost_tasks;
  manifest["best_step"] = state.best_step;
  if (state.best_step > 0) manifest["validation_accuracy"] = state.best_validation;
  result.rule = {"learned", run.settings.rule, result.parameters, manifest.dump()};
  if (ranks().leads()) save_rule(run.folder / training_files::rule, result.rule);
  return result;
}

/// A step; if it is not to be finished, because the ranks do not answer any more, what was before it is
/// saved.
StepReport step_or_save(MetaTrainer& trainer, const auto& save) {
  const MetaState before = trainer.state();
  try {
    return trainer.step();
  } catch (const Forsaken&) {
    save(before);
    throw;
  }
}

}  // namespace

nlohmann::ordered_json configuration(const MetaSettings& settings) {
  nlohmann::ordered_json c{{"version", ENGRAM_VERSION_STRING}};
  c.update(nlohmann::ordered_json::parse(to_json(settings)));
  return c;
}

Trained meta_train(const TrainingRun& run, Start start) {
  Ranks& all = ranks();
  const std::string text = from_leader([&] { return find_checkpoint(run, start); });
  std::optional<Checkpoint> checkpoint;
  if (!text.empty()) checkpoint = parse_checkpoint(text, training_files::checkpoint);
  const long first = checkpoint ? checkpoint->state.step : 0;
  if (first >= run.settings.outer_steps) return outcome(run, checkpoint->state, first);
  MetaTrainer trainer = run.method ? MetaTrainer(run.settings, *run.method, run.training, run.validation, all)
                                   : MetaTrainer(run.settings, run.training, run.validation, all);
  if (checkpoint) trainer.restore(checkpoint->state);
  std::optional<Records> records;
  if (all.leads()) records.emplace(run, checkpoint ? checkpoint->log : log_head);
  const auto save = [&](const MetaState& state) {
    if (records) records->save(state);
  };
  {
    Progress progress(run.label, run.settings.outer_steps, stderr, first);
    std::string metric;
    if (!checkpoint) save(trainer.state());
    while (!trainer.done() && !all.stopped()) {
      const StepReport report = step_or_save(trainer, save);
      if (records) records->add(log_row(report));
      if (report.validation)
        metric = fmt::format("validation {:.3f}, best {:.3f}", *report.validation, trainer.best_validation());
      if (report.rolled_back)
        progress.note(fmt::format("step {}: this got worse; back to the best rule, and slower", report.step));
      progress.update(report.step, metric);
      if (report.step % run.checkpoint_every == 0) save(trainer.state());
    }
    if (trainer.done()) progress.finish();
  }
  save(trainer.state());
  return outcome(run, trainer.state(), first);
}

}  // namespace engram::laboratory
