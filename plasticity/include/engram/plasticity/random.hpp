/// Random numbers that can be split: the same seed gives the same numbers on every machine and for any number
/// of threads, because every task, trial and worker takes a stream of its own instead of sharing one.
///
/// The generator is counter-based: output number i is a fixed function of (key, stream, i). Source: Salmon,
/// Moraes, Dror, Shaw, "Parallel random numbers: as easy as 1, 2, 3", SC 2011 (Philox4x32-10).
#pragma once

#include <engram/autodiff/array.hpp>
#include <engram/plasticity/version.hpp>

#include <array>
#include <cstdint>
#include <string_view>

ENGRAM_PLASTICITY_BEGIN

using autodiff::Array;
using autodiff::Index;

/// Ten rounds of Philox4x32: a bijection of the 128-bit counter for every 64-bit key.
std::array<std::uint32_t, 4> philox4x32(std::array<std::uint32_t, 4> counter,
                                        std::array<std::uint32_t, 2> key);

/// A stream of random numbers. A small value: a copy continues on its own from the same place.
class Random {
 public:
  /// All there is to a stream. `Random(state)` continues it.
  struct State {
    std::uint64_t key = 0;
    std::uint64_t stream = 0;
    std::uint64_t position = 0;  ///< how many 64-bit words have been drawn

    bool operator==(const State&) const = default;
  };

  explicit Random(std::uint64_t seed) : Random(State{.key = seed}) {}
  explicit Random(const State& state);

  /// An independent stream, at its beginning. It depends on this stream and `id` only, not on how much has
  /// been drawn, so the order of splitting and drawing does not matter. Different ids of one stream never
  /// give the same child.
  [[nodiscard]] Random split(std::uint64_t id) const;
  /// The same with a name: `random.split("validation")`.
  [[nodiscard]] Random split(std::string_view name) const;

  /// 64 random bits.
  std::uint64_t bits();
  /// A number in the open interval (0, 1): never 0, never 1.
  double uniform();
  double uniform(double low, double high) { return low + (high - low) * uniform(); }
  /// A number whose logarithm is uniform, 0 < low <= high.
  double log_uniform(double low, double high);
  /// A standard normal number, by the inverse of the distribution function; one `bits()` each.
  double normal();
  /// An integer in 0 ... n-1, each exactly as likely. Throws std::invalid_argument if n is 0.
  std::uint64_t integer(std::uint64_t n);

  const State& state() const { return state_; }

 private:
  State state_;
  std::array<std::uint32_t, 4> block_{};  // of which the second half is still to come if the position is odd
};

/// rows x columns independent normal numbers with the given standard deviation, drawn row by row.
Array<double> normal(Random& random, Index rows, Index columns, double deviation = 1.0);

/// The x at which the standard normal distribution function is p, 0 < p < 1, to about 1e-16 relative. Source:
/// Wichura, "Algorithm AS 241: the percentage points of the normal distribution", Applied Statistics 37
/// (1988), PPND16.
double normal_quantile(double p);

ENGRAM_PLASTICITY_END
