#include <engram/laboratory/progress.hpp>
#include <engram/laboratory/streams.hpp>
#include <engram/laboratory/terminal.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <utility>

namespace engram::laboratory {
namespace {

constexpr auto terminal_interval = std::chrono::milliseconds(100);
constexpr auto plain_interval = std::chrono::seconds(10);

/// Full and partly filled blocks, to an eighth of a column; or signs that every terminal has.
std::string bar(double share, int columns, Bar style) {
  static constexpr const char* eighths[]{"", "▏", "▎", "▍", "▌", "▋", "▊", "▉"};
  const int parts = style == Bar::blocks ? 8 : 1;
  const int filled = static_cast<int>(std::lround(share * columns * parts));
  std::string text;
  for (int i = 0; i < filled / parts; ++i) text += style == Bar::blocks ? "█" : "#";
  text += eighths[filled % parts];
  text.append(static_cast<std::size_t>(columns - (filled + parts - 1) / parts), ' ');
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
                          std::string_view metric, int width, Bar style, long first) {
  const double share =
      total <= 0 ? 1 : std::clamp(static_cast<double>(done) / static_cast<double>(total), 0.0, 1.0);
  const double remaining = static_cast<double>(total - done) / static_cast<double>(done - first);
  const std::string time = share >= 1     ? "in " + format_duration(seconds)
                           : done > first ? format_duration(seconds * remaining) + " left"
                                          : "";
  const std::string percent = fmt::format("{:3.0f} %", std::floor(100 * share));
  constexpr int short_label = 20, short_metric = 6, short_bar = 8, long_bar = 30, around_bar = 3;
  const auto room_for = [](std::string_view part) { return part.empty() ? 0 : 2 + columns(part); };
  int room = width - columns(percent) - 1;
  const bool with_time = room - room_for(time) >= 1;
  if (with_time) room -= room_for(time);
  const bool with_bar =
      style != Bar::none && room >= std::min(columns(label), short_label) + short_bar + around_bar;
  if (with_bar) room -= short_bar + around_bar;
  const std::string name = shortened(label, std::min(room, std::max(short_label, room - room_for(metric))));
  room -= columns(name);
  const std::string measure = room >= 2 + short_metric ? shortened(metric, room - 2) : "";
  room -= room_for(measure);
  std::string text = name + " ";
  if (with_bar) text += fmt::format("|{}| ", bar(share, std::min(short_bar + room, long_bar), style));
  text += percent;
  for (const std::string& part : {measure, with_time ? time : ""})
    if (!part.empty()) text += "  " + part;
  return shortened(text, width);
}

Progress::Progress(std::string label, long total, std::FILE* stream, long first)
    : label_(std::move(label)),
      total_(total),
      first_(first),
      done_(first),
      stream_(stream),
      redraws_(can_redraw(stream)),
      start_(Clock::now()),
      drawn_(start_) {
  if (redraws_) draw(false);
}

Progress::~Progress() {
  if (!finished_ && redraws_) put(stream_, "\n");
}

void Progress::update(long done, std::string_view metric) {
  done_ = done;
  metric_ = metric;
  const auto now = Clock::now();
  if (now - drawn_ < (redraws_ ? Clock::duration(terminal_interval) : Clock::duration(plain_interval)))
    return;
  drawn_ = now;
  draw(false);
}

void Progress::note(std::string_view line) {
  put_line(line, true);
  if (redraws_) draw(false);
}

void Progress::finish() {
  if (std::exchange(finished_, true)) return;
  draw(true);
}

void Progress::draw(bool last) {
  const double seconds = std::chrono::duration<double>(Clock::now() - start_).count();
  constexpr int elsewhere = 200;
  // One column stays free: a terminal that is filled to its last column may wrap.
  const int width = terminal_width(stream_, elsewhere) - 1;
  const Bar style = !redraws_ ? Bar::none : can_draw_blocks() ? Bar::blocks : Bar::plain;
  put_line(progress_line(label_, done_, total_, seconds, metric_, width, style, first_), last || !redraws_);
}

/// Blanks, not an escape sequence, cover what is left of the line before.
void Progress::put_line(std::string_view line, bool ends) {
  const int width = columns(line);
  const auto rest = static_cast<std::size_t>(std::max(drawn_columns_ - width, 0));
  put(stream_, fmt::format("{}{}{}{}", redraws_ ? "\r" : "", line, std::string(rest, ' '), ends ? "\n" : ""));
  drawn_columns_ = ends ? 0 : width;
}

}  // namespace engram::laboratory
