#include <engram/laboratory/training_log.hpp>
#include <engram/plasticity/format_error.hpp>
#include <engram/plasticity/read_file.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <sstream>

namespace engram::laboratory {

using namespace plasticity;

namespace {

/// The whole text as a number.
template <class Number>
std::optional<Number> number(std::string_view text) {
  Number value{};
  const auto [stop, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || stop != text.data() + text.size()) return std::nullopt;
  return value;
}

}  // namespace

TrainingLog read_training_log(const std::filesystem::path& path, long outer_steps) {
  std::istringstream file(read_file("log", path));
  std::string row;
  std::getline(file, row);  // the names
  TrainingLog log;
  std::vector<double> losses;
  while (std::getline(file, row) && !file.eof()) {
    std::istringstream cells(row);
    std::string step, loss, validation;  // the first two and the last
    std::getline(cells, step, ','), std::getline(cells, loss, ',');
    while (std::getline(cells, validation, ',') && !cells.eof()) validation.clear();
    const auto now = number<long>(step);
    const auto lost = number<double>(loss), accuracy = number<double>(validation);
    const bool is_accuracy = accuracy && *accuracy >= 0 && *accuracy <= 1;
    if (!now || *now != log.step + 1 || *now > outer_steps || !lost || (!validation.empty() && !is_accuracy))
      throw FormatError(fmt::format("log '{}': row {} is none of a meta-training of {} steps: '{:.60}'",
                                    path.native(), log.step + 1, outer_steps, row));
    log.step = *now;
    losses.push_back(*lost);
    if (!is_accuracy) continue;
    log.validated.emplace_back(*now, *accuracy);
    log.best = std::max(log.best.value_or(0), *accuracy);
  }
  const auto last = static_cast<std::ptrdiff_t>(std::min<std::size_t>(losses.size(), 50));
  for (auto l = losses.end() - last; l != losses.end(); ++l) log.loss += *l / static_cast<double>(last);
  return log;
}

}  // namespace engram::laboratory
