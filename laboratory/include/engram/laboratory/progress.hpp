/// What a person who waits wants to see: how far, how well, how much longer.
#pragma once

#include <chrono>
#include <cstdio>
#include <string>
#include <string_view>

namespace engram::laboratory {

/// A bar that is redrawn in place on a terminal, without escape sequences; elsewhere (a log file, a CI job, a
/// dumb terminal) a plain line every now and then, without control characters. What the stream does not take
/// is lost, and nothing else. Used from one thread.
class Progress {
 public:
  /// Of `total` steps `first` are done already, earlier. The stream stays the caller's and must outlive this.
  Progress(std::string label, long total, std::FILE* stream = stderr, long first = 0);
  Progress(const Progress&) = delete;
  Progress& operator=(const Progress&) = delete;
  ~Progress();  ///< ends the line if `finish` was not reached, as after an error

  /// `done` of the steps are done; `metric` is a short text such as "accuracy 0.91". Cheap: draws at most ten
  /// times a second on a terminal and every ten seconds elsewhere.
  void update(long done, std::string_view metric = {});
  /// Prints a whole line between two redraws of the bar.
  void note(std::string_view line);
  /// Draws the last state, with the time taken in place of the estimate, and ends the line.
  void finish();

 private:
  using Clock = std::chrono::steady_clock;
  void draw(bool last);
  void put_line(std::string_view line, bool ends);

  std::string label_, metric_;
  long total_, first_, done_;
  std::FILE* stream_;
  bool redraws_, finished_ = false;
  int drawn_columns_ = 0;  ///< of the line that is to be drawn over
  Clock::time_point start_, drawn_;
};

enum class Bar { none, plain, blocks };

/// The bar's text, at most `width` columns: label, bar, share done, metric, then the time left, estimated
/// from the mean speed since step `first`, or "in" the time taken if all is done. Where room is short, first
/// the metric and the label are cut, then the bar is left out, then the time.
std::string progress_line(std::string_view label, long done, long total, double seconds,
                          std::string_view metric, int width, Bar style, long first = 0);

/// "8 s", "3 min 20 s", "2 h 5 min".
std::string format_duration(double seconds);

}  // namespace engram::laboratory
