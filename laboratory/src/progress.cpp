#include <engram/laboratory/progress.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <sys/ioctl.h>
#include <unistd.h>
#include <utility>

namespace engram::laboratory {
namespace {

constexpr auto terminal_interval = std::chrono::milliseconds(100);
constexpr auto plain_interval = std::chrono::seconds(10);

int terminal_width(std::FILE* stream) {
  winsize size{};
  return ::ioctl(::fileno(stream), TIOCGWINSZ, &size) == 0 && size.ws_col > 0 ? size.ws_col : 80;
}

/// Full and partly filled blocks, to an eighth of a column.
std::string bar(double share, int columns) {
  static constexpr const char* eighths[]{"", "▏", "▎", "▍", "▌", "▋", "▊", "▉"};
  const int filled = static_cast<int>(std::lround(share * columns * 8));
  std::string text;
  for (int i = 0; i < filled / 8; ++i) text += "█";
  text += eighths[filled % 8];
  text.append(static_cast<std::size_t>(columns - (filled + 7) / 8), ' ');
  return text;
}

}  // namespace

std::string format_duration(double seconds) {
  const long s = std::lround(seconds);
  if (s < 60) return fmt::format("{} s", s);
  if (s < 3600) return fmt::format("{} min {} s", s / 60, s % 60);
  return fmt::format("{} h {} min", s / 3600, s % 3600 / 60);
}

std::string progress_line(std::string_view label, long done, long total, double seconds,
                          std::string_view metric, int width, bool with_bar, long first) {
  const double share =
      total <= 0 ? 1 : std::clamp(static_cast<double>(done) / static_cast<double>(total), 0.0, 1.0);
  const double remaining = static_cast<double>(total - done) / static_cast<double>(done - first);
  const std::string time = share >= 1     ? "in " + format_duration(seconds)
                           : done > first ? format_duration(seconds * remaining) + " left"
                                          : "";
  std::string text = fmt::format("{:3.0f} %", std::floor(100 * share));
  for (const std::string_view part : {metric, std::string_view(time)})
    if (!part.empty()) text += fmt::format("  {}", part);
  constexpr int shortest = 8, longest = 30;
  const int room = width - static_cast<int>(label.size() + text.size()) - 4;  // for a bar between | |
  if (with_bar && room >= shortest)
    return fmt::format("{} |{}| {}", label, bar(share, std::min(room, longest)), text);
  return fmt::format("{} {}", label, text).substr(0, static_cast<std::size_t>(std::max(width, 0)));
}

Progress::Progress(std::string label, long total, std::FILE* stream, long first)
    : label_(std::move(label)),
      total_(total),
      first_(first),
      done_(first),
      stream_(stream),
      is_terminal_(::isatty(::fileno(stream)) == 1),
      start_(Clock::now()),
      drawn_(start_) {
  if (is_terminal_) draw(false);
}

Progress::~Progress() {
  if (!finished_ && is_terminal_) fmt::print(stream_, "\n");
}

void Progress::update(long done, std::string_view metric) {
  done_ = done;
  metric_ = metric;
  const auto now = Clock::now();
  if (now - drawn_ < (is_terminal_ ? Clock::duration(terminal_interval) : Clock::duration(plain_interval)))
    return;
  drawn_ = now;
  draw(false);
}

void Progress::note(std::string_view line) {
  fmt::print(stream_, "{}{}\n", is_terminal_ ? "\r\x1b[K" : "", line);
  if (is_terminal_) draw(false);
}

void Progress::finish() {
  if (std::exchange(finished_, true)) return;
  draw(true);
}

void Progress::draw(bool last) {
  const double seconds = std::chrono::duration<double>(Clock::now() - start_).count();
  constexpr int plain_width = 200;
  // One column stays free: a terminal that is filled to its last column may wrap.
  const int width = is_terminal_ ? terminal_width(stream_) - 1 : plain_width;
  const std::string line =
      progress_line(label_, done_, total_, seconds, metric_, width, is_terminal_, first_);
  fmt::print(stream_, "{}{}{}", is_terminal_ ? "\r\x1b[K" : "", line, is_terminal_ && !last ? "" : "\n");
  std::fflush(stream_);
}

}  // namespace engram::laboratory
