/// Noisy line segments, a few for each class, anywhere. One short stick in much noise is nearly a normal
/// cloud: `negentropy` tells how nearly.
#pragma once

#include <engram/plasticity/tasks/planar.hpp>

ENGRAM_PLASTICITY_BEGIN

/// The distribution of the sticks.
struct SticksOptions {
  int sticks = 1;
  double length_low = 0.1;
  double length_high = 1.5;
  double spread = 0.9;
  double noise_low = 0.15;
  double noise_high = 0.7;

  static constexpr auto members = std::tuple{
      setting("sticks", &SticksOptions::sticks,
              "each class has 1 to so many sticks, each number equally likely", {1, 8}),
      setting("length_low", &SticksOptions::length_low, "each stick's length is uniform from here",
              zero_or_more),
      setting("length_high", &SticksOptions::length_high, "to here", zero_or_more),
      setting("spread", &SticksOptions::spread,
              "each coordinate of each stick's middle is normal with this standard deviation", zero_or_more),
      setting("noise_low", &SticksOptions::noise_low,
              "standard deviation of a class's noise on each coordinate, log-uniform from here", above_zero),
      setting("noise_high", &SticksOptions::noise_high, "to here", above_zero)};

  /// Sticks are always at random places.
  static SticksOptions random() { return {}; }
};

/// The family "sticks". A point lies on any stick of its class, each equally likely, and evenly along it.
/// Throws std::invalid_argument if a setting is out of its bounds or a range is upside down.
TaskFamily sticks(const SticksOptions& options = {});

ENGRAM_PLASTICITY_END
