/// Where every value of a graph lives while it runs.
#pragma once

#include <engram/autodiff/graph.hpp>

#include <utility>
#include <vector>

ENGRAM_AUTODIFF_BEGIN

/// Values that are not needed at the same time may have the same memory.
template <class Scalar>
struct Plan {
  enum class Home { constant, input, output, buffer };
  /// The home of a value, and its place there.
  struct Place {
    Home home = Home::buffer;
    std::uint32_t index = 0;  ///< of the input or output
    Index offset = 0;         ///< in values, from the start of the home
  };
  std::vector<Place> places;  ///< of each slot
  /// Outputs that no operation writes in place: copied at the end.
  std::vector<std::pair<std::uint32_t, std::uint32_t>> copies;  ///< slot, output
  Index buffer_size = 0;                                        ///< in values

  explicit Plan(const Graph<Scalar>& graph);
};

ENGRAM_AUTODIFF_END
