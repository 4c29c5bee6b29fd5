/// On which side of 0 an interval lies.
#pragma once

#include <engram/laboratory/statistics.hpp>

namespace engram::laboratory {

/// Where an interval of differences lies. Around: it holds 0.
enum class Side { below, around, above };
inline Side side_of(const Interval& d) {
  return d.low > 0 ? Side::above : d.high < 0 ? Side::below : Side::around;
}

}  // namespace engram::laboratory
