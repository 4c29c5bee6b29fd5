/// A structure of structures, for tests of what takes any.
#pragma once

#include <tuple>
#include <vector>

namespace engram::test {

template <class T>
struct Layer {
  T weight, bias;
  static constexpr auto members = std::tuple{&Layer::weight, &Layer::bias};
};

template <class T>
struct Layered {
  std::vector<Layer<T>> layers;
  T scale;
  static constexpr auto members = std::tuple{&Layered::layers, &Layered::scale};
};

}  // namespace engram::test
