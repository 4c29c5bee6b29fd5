#include <engram/autodiff/checksum.hpp>
#include <engram/autodiff/kernels.hpp>
#include <engram/laboratory/interrupt.hpp>
#include <engram/laboratory/program.hpp>
#include <engram/laboratory/ranks.hpp>

#include "mpi/mpi_ranks.hpp"

#include <fmt/format.h>
#include <tbb/info.h>

#include <algorithm>
#include <fstream>
#include <iterator>
#include <memory>
#include <sstream>
#include <unistd.h>

namespace engram::laboratory {
namespace {

struct Alone final : Ranks {
  std::size_t size() const override { return 1; }
  std::size_t rank() const override { return 0; }
  void gather(std::span<std::byte>, std::size_t) override {}
  bool stopped() const override { return interrupted(); }
  std::vector<std::string> collected(const std::string& text) override { return {text}; }
  std::string told(const std::string& text) override { return text; }
  std::string name() const override { return "this process"; }
  std::size_t neighbours() const override { return 1; }
  void leave() override {}
  void end_all(int) override {}
};

std::unique_ptr<Ranks>& joined() {
  static std::unique_ptr<Ranks> those = std::make_unique<Alone>();
  return those;
}

/// What this process runs.
std::string own_fingerprint() {
  std::ifstream file("/proc/self/exe", std::ios::binary);
  return fingerprint(std::string(std::istreambuf_iterator<char>(file), {}));
}

std::vector<std::string> lines_of(const std::string& text) {
  std::vector<std::string> lines;
  std::istringstream in(text);
  for (std::string line; std::getline(in, line);) lines.push_back(line);
  return lines;
}

/// What the first rank that differs from the leader has in other lines.
std::string difference(const std::vector<std::string>& texts) {
  const auto other = std::ranges::find_if(texts, [&](const auto& t) { return t != texts.front(); });
  if (other == texts.end()) return "";
  std::vector<std::string> here = lines_of(texts.front()), there = lines_of(*other);
  const std::size_t lines = std::max(here.size(), there.size());
  here.resize(lines), there.resize(lines);
  std::string text;
  const auto shown = [](const std::string& line) { return line.empty() ? "nothing" : line; };
  for (std::size_t i = 0; i < lines; ++i)
    if (here[i] != there[i])
      text += fmt::format("{}{} at rank 0 and {} at rank {}", text.empty() ? "" : "; ", shown(here[i]),
                          shown(there[i]), other - texts.begin());
  return fmt::format("the ranks do not compute the same: {}; start all with the same program and options",
                     text);
}

}  // namespace

void join_ranks(std::string_view program) {
  if (auto those = launched_ranks(program)) joined() = std::move(those);
  if (!ranks().leads()) only_complaints();
}

Ranks& ranks() { return *joined(); }

std::string from_leader(const std::function<std::string()>& f) {
  if (ranks().size() == 1) return f();
  std::string outcome;
  if (ranks().leads()) {
    try {
      outcome = "=" + f();
    } catch (const std::exception& e) {
      if (!is_bad_input(e)) throw;
      outcome = std::string("!") + e.what();
    }
  }
  outcome = ranks().told(outcome);
  if (outcome[0] == '!') throw Refused(outcome.substr(1));
  return outcome.substr(1);
}

void at_all_ranks(const std::function<void()>& f) {
  if (ranks().size() == 1) return f();
  std::string wrong;
  try {
    f();
  } catch (const std::exception& e) {
    if (!is_bad_input(e)) throw;
    wrong = e.what();
  }
  const auto all = ranks().collected(wrong);
  from_leader([&] {
    for (const std::string& text : all)
      if (!text.empty()) throw UsageError(text);
    return std::string();
  });
}

void require_same_at_all_ranks(const std::vector<std::string>& lines) {
  if (ranks().size() == 1) return;
  std::string text =
      fmt::format("program {}\nkernels for {}\n", own_fingerprint(), autodiff::kernels::target());
  for (const std::string& line : lines) text += line + "\n";
  const auto all = ranks().collected(text);
  from_leader([&] {
    const std::string wrong = difference(all);
    if (!wrong.empty()) throw UsageError(wrong);
    return std::string();
  });
}

std::string fingerprint(std::string_view bytes) { return fmt::format("{:016x}", autodiff::checksum(bytes)); }

std::size_t threads_of_rank(std::size_t asked) {
  if (asked > 0) return asked;
  const auto usable = static_cast<std::size_t>(tbb::info::default_concurrency()),
             there = static_cast<std::size_t>(::sysconf(_SC_NPROCESSORS_ONLN));
  return usable < there ? usable : std::max<std::size_t>(1, usable / ranks().neighbours());
}

}  // namespace engram::laboratory
