#include "peer.hpp"

#include <nlohmann/json.hpp>

#include <chrono>
#include <ctime>
#include <iostream>

namespace engram::bench {

using nlohmann::json;

namespace {

double wall_ms() {
  return std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now().time_since_epoch())
      .count();
}

double processor_ms() {
  timespec t;
  ::clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
  return static_cast<double>(t.tv_sec) * 1e3 + static_cast<double>(t.tv_nsec) * 1e-6;
}

}  // namespace

int serve(const json& greeting, const std::function<void()>& compute) {
  std::cout << greeting.dump() << std::endl;
  for (int n; std::cin >> n;) {
    std::vector<double> wall, processor;
    for (int i = 0; i < n; ++i) {
      const double w = wall_ms(), p = processor_ms();
      compute();
      processor.push_back(processor_ms() - p);
      wall.push_back(wall_ms() - w);
    }
    std::cout << json{{"wall_ms", wall}, {"processor_ms", processor}}.dump() << std::endl;
  }
  return 0;
}

int skip(const std::string& reason) {
  std::cout << json{{"skipped", reason}}.dump() << std::endl;
  return 0;
}

}  // namespace engram::bench
