#include <engram/laboratory/bootstrap.hpp>
#include <engram/laboratory/intervals.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace engram::laboratory {

using namespace plasticity;

std::vector<double> observations(const Trials& trials) {
  if (trials.rows() == 1) return {trials.data(), trials.data() + trials.size()};
  std::vector<double> means;
  for (Index i = 0; i < trials.rows(); ++i) means.push_back(trials.row(i).mean());
  return means;
}

MeanAndError mean_of(const Trials& trials) { return mean_and_error(observations(trials)); }

Interval interval_of(const Trials& trials, int resamples) {
  static const Random resampling = Random(0).split("bootstrap");
  if (trials.rows() == 1) return bootstrap(observations(trials), resampling, 0.95, resamples);
  for (Index i = 0; i < trials.rows(); ++i)
    require_finite("interval_of", fmt::format("seed {}, trial", i + 1),
                   {&trials(i, 0), static_cast<std::size_t>(trials.cols())});
  return student_interval(observations(trials));
}

std::string mean_text(const MeanAndError& m) {
  constexpr double large = 1e6;  // with all its digits it would break tables
  if (std::abs(m.mean) >= large) return fmt::format("{:.2e} ± {:.2e}", m.mean, m.error);
  if (!std::isfinite(m.error)) return fmt::format("{:.3f}", m.mean);
  constexpr double seen = 5e-4;  // with three decimals
  const bool small = m.error > 0 && m.error < seen;
  const int decimals = small ? std::min(6, static_cast<int>(-std::floor(std::log10(m.error)))) : 3;
  return fmt::format("{:.{}f} ± {:.{}f}", m.mean, decimals, m.error, decimals);
}

std::string mean_text(const Trials& trials) {
  if (trials.allFinite()) return mean_text(mean_of(trials));
  return fmt::format("not finite in {} of {} trials", (!trials.isFinite()).count(), trials.size());
}

std::string gain_text(const Interval& gain) {
  return fmt::format("{:+.3f} ({:+.3f} to {:+.3f})", gain.mean, gain.low, gain.high);
}

std::string error_words(std::size_t seeds) {
  return seeds == 1 ? "standard error over trials" : fmt::format("standard error over {} seeds", seeds);
}

std::string interval_words(std::size_t seeds) {
  return seeds == 1 ? "95 % bootstrap interval over trials"
                    : fmt::format("95 % interval by Student's t over {} seeds", seeds);
}

}  // namespace engram::laboratory
