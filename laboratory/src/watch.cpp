#include <engram/laboratory/command_line.hpp>
#include <engram/laboratory/interrupt.hpp>
#include <engram/laboratory/progress.hpp>
#include <engram/laboratory/training.hpp>
#include <engram/laboratory/watch.hpp>
#include <engram/plasticity/checkpoint.hpp>
#include <engram/plasticity/read_file.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <chrono>
#include <optional>
#include <sstream>
#include <thread>

namespace engram::laboratory {

using namespace plasticity;

namespace {

/// What the log says so far.
struct Followed {
  long step = 0;
  double loss = 0;  ///< mean of the last steps
  std::optional<double> validation, best;
};

/// The whole text as a number.
template <class Number>
std::optional<Number> number(std::string_view text) {
  Number value{};
  const auto [stop, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || stop != text.data() + text.size()) return std::nullopt;
  return value;
}

Followed read_log(const std::filesystem::path& path, long total) {
  std::istringstream file(read_file("log", path));
  std::string row;
  std::getline(file, row);  // the names
  Followed f;
  std::vector<double> losses;
  while (std::getline(file, row) && !file.eof()) {  // a row without its end is still being written
    std::istringstream cells(row);
    std::string step, loss, validation;  // the first two and the last
    std::getline(cells, step, ','), std::getline(cells, loss, ',');
    while (std::getline(cells, validation, ',') && !cells.eof()) validation.clear();
    const auto now = number<long>(step);
    const auto lost = number<double>(loss), accuracy = number<double>(validation);
    const bool validated = accuracy && *accuracy >= 0 && *accuracy <= 1;
    if (!now || *now != f.step + 1 || *now > total || !lost || (!validation.empty() && !validated))
      throw FormatError(fmt::format("log '{}': row {} is none of a meta-training of {} steps: '{:.60}'",
                                    path.native(), f.step + 1, total, row));
    f.step = *now;
    losses.push_back(*lost);
    if (validated) f.validation = accuracy, f.best = std::max(f.best.value_or(0), *accuracy);
  }
  const auto last = static_cast<std::ptrdiff_t>(std::min<std::size_t>(losses.size(), 50));
  for (auto l = losses.end() - last; l != losses.end(); ++l) f.loss += *l / static_cast<double>(last);
  return f;
}

std::string metric(const Followed& f) {
  std::string text = fmt::format("loss {:.3f}", f.loss);
  if (f.validation) text += fmt::format("  validation {:.3f}, best {:.3f}", *f.validation, *f.best);
  return text;
}

}  // namespace

int watch(const std::filesystem::path& folder) {
  const auto configuration =
      nlohmann::json::parse(load_checkpoint(folder / training_files::checkpoint).configuration);
  const long total = configuration.value("outer_steps", 0L);
  const auto log = folder / training_files::log;
  const InterruptGuard guard("");
  Followed now = read_log(log, total);
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
    const Followed next = read_log(log, total);
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
