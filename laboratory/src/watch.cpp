#include <engram/laboratory/interrupt.hpp>
#include <engram/laboratory/progress.hpp>
#include <engram/laboratory/streams.hpp>
#include <engram/laboratory/training.hpp>
#include <engram/laboratory/training_log.hpp>
#include <engram/laboratory/watch.hpp>
#include <engram/plasticity/checkpoint.hpp>

#include <fmt/format.h>

#include <chrono>
#include <thread>

namespace engram::laboratory {

using namespace plasticity;

namespace {

std::string metric(const TrainingLog& log) {
  std::string text = fmt::format("loss {:.3f}", log.loss);
  if (log.best)
    text += fmt::format("  validation {:.3f}, best {:.3f}", log.validated.back().second, *log.best);
  return text;
}

}  // namespace

int watch(const std::filesystem::path& folder) {
  const auto configuration =
      nlohmann::json::parse(load_checkpoint(folder / training_files::checkpoint).configuration);
  const long total = configuration.value("outer_steps", 0L);
  const auto log = folder / training_files::log;
  const InterruptGuard guard("");
  TrainingLog now = read_training_log(log, total);
  if (now.step >= total) {
    tell(fmt::format("The run is finished, {} steps: {}", total, metric(now)));
    return 0;
  }
  tell(fmt::format("{} of {} steps so far: {}", now.step, total, metric(now)));
  Progress progress("meta-training", total, stdout, now.step);
  using Clock = std::chrono::steady_clock;
  auto changed = Clock::now();
  bool told = false;
  while (now.step < total && !interrupted() && output_error() == 0) {
    progress.update(now.step, metric(now));
    std::this_thread::sleep_for(std::chrono::milliseconds(250));
    const TrainingLog next = read_training_log(log, total);
    if (next.step != now.step) changed = Clock::now(), told = false;
    if (!told && Clock::now() - changed > std::chrono::minutes(1)) {
      progress.note("no new step for a minute; if the run has ended, its command with --resume goes on");
      told = true;
    }
    now = next;
  }
  if (now.step >= total) {
    progress.update(now.step, metric(now));
    progress.finish();
  }
  return 0;
}

}  // namespace engram::laboratory
