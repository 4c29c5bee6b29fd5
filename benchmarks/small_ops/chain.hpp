/// The scalar program that all libraries differentiate: cheap operations, so that the library's share shows.
#pragma once

namespace bench {

constexpr int chain_links = 500;
constexpr int chain_operations = 2 * chain_links;
constexpr double chain_a = 0.99, chain_b = 0.01;

template <class T>
T chain(const T& a, const T& b) {
  T y = a;
  for (int i = 0; i < chain_links; ++i) y = y * a + b;
  return y;
}

}  // namespace bench
