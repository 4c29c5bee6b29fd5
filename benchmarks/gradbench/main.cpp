/// PROGRAM FILE FUNCTION: runs a function on the input in a JSON file. Prints a line with what it computed,
/// and then a line for each time that was measured, as the C++ tools of GradBench do.
#include "program.hpp"

#include <chrono>
#include <cstdio>
#include <fstream>
#include <iostream>

using namespace engram::gradbench;

namespace {

using Clock = std::chrono::steady_clock;

template <class F>
long long nanoseconds(F&& f) {
  const auto start = Clock::now();
  f();
  return std::chrono::duration_cast<std::chrono::nanoseconds>(Clock::now() - start).count();
}

int fail(const std::string& text) {
  std::cerr << text << '\n';
  return 1;
}

int run(const Program& program, const Json& input) {
  const int least_runs = input.is_object() ? input.value("min_runs", 1) : 1;
  const double least_seconds = input.is_object() ? input.value("min_seconds", 0.0) : 0;
  Prepared prepared;
  const long long preparing = nanoseconds([&] { prepared = program.prepare(input); });
  std::vector<long long> times;
  for (double elapsed = 0; times.size() < static_cast<std::size_t>(least_runs) || elapsed < least_seconds;
       elapsed += 1e-9 * static_cast<double>(times.back()))
    times.push_back(nanoseconds(prepared.compute));
  std::cout << prepared.output() << '\n';
  std::cout << R"({"name": "prepare", "nanoseconds": )" << preparing << "}\n";
  for (const long long time : times) std::cout << R"({"name": "evaluate", "nanoseconds": )" << time << "}\n";
  return std::cout.flush() ? 0 : fail("the results could not be written");
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 3) return fail(std::string("usage: ") + argv[0] + " FILE FUNCTION");
  try {
    std::ifstream file(argv[1]);
    if (!file) return fail(std::string(argv[1]) + " cannot be read");
    for (const Program& program : programs())
      if (program.function == argv[2]) return run(program, Json::parse(file));
    return fail(std::string("there is no function '") + argv[2] + "'");
  } catch (const std::exception& error) {
    return fail(error.what());
  }
}
