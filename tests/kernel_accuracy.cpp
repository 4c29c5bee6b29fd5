// How far the vectorised functions are from the exact values: prints the tables of docs/kernels.md, each
// error the largest one among three million arguments and the levels named.
#include "support/accuracy.hpp"
#include "support/targets.hpp"

#include <fmt/core.h>
#include <fmt/ranges.h>

using namespace engram::test;

namespace {

template <class S>
void print(const char* type) {
  fmt::print("\n| {} | relative error | at | ulp |\n| --- | --- | --- | --- |\n", type);
  for (const auto& f : vector_functions<S>()) {
    const auto x = sample(f, 1000000);
    const auto exact = exact_values(f, x);
    LargestError worst;
    at_every_target([&](const char*) {
      const LargestError e = largest_error(f, x, exact);
      worst.ulps = std::max(worst.ulps, e.ulps);
      if (e.relative > worst.relative) worst.relative = e.relative, worst.at = e.at;
    });
    fmt::print("| {} | {:.1e} | {:.6g} | {:.2f} |\n", f.name, worst.relative, worst.at, worst.ulps);
  }
}

}  // namespace

int main() {
  std::vector<std::string> levels;
  at_every_target([&](const char* name) { levels.emplace_back(name); });
  fmt::print("Levels: {}\n", fmt::join(levels, ", "));
  print<float>("float");
  print<double>("double");
}
