/// Inputs that are the same for all peers, whatever flags they are compiled with.
#pragma once

#include <vector>

namespace engram::bench {

/// Any numbers between -scale and scale.
inline std::vector<double> numbers(int count, double scale, unsigned seed) {
  std::vector<double> v;
  for (int i = 0; i < count; ++i) {
    seed = seed * 1664525 + 1013904223;
    v.push_back(scale * (static_cast<double>(seed >> 8) / (1 << 23) - 1));
  }
  return v;
}

}  // namespace engram::bench
