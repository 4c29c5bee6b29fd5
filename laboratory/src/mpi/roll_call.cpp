#include "roll_call.hpp"

#include <engram/laboratory/interrupt.hpp>
#include <engram/laboratory/ranks.hpp>
#include <engram/laboratory/streams.hpp>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <optional>
#include <sched.h>
#include <thread>

namespace engram::laboratory {

using namespace std::chrono_literals;

namespace {

constexpr int tag = 1;
constexpr auto busy = 2ms;         // a rank that naps is late for the next gather, by more than its nap
constexpr auto longest_nap = 1ms;  // of what is waited for already, a nap is a twentieth at most
constexpr auto patience = 10s;     // until a rank tells where it waits
constexpr auto answer_within = 2s;
/// Until who is to stop goes alone. A launcher that ends all ranks gives them a second.
constexpr auto grace = 400ms;

}  // namespace

RollCall::RollCall(std::string_view program) : program_(program) {
  int size = 0;
  check(MPI_Comm_rank(MPI_COMM_WORLD, &rank_));
  check(MPI_Comm_size(MPI_COMM_WORLD, &size));
  constexpr std::size_t longest = MPI_MAX_PROCESSOR_NAME;
  std::string mine(longest, '\0');
  int length = 0;
  check(MPI_Get_processor_name(mine.data(), &length));
  std::string all(longest * static_cast<std::size_t>(size), '\0');
  check(MPI_Allgather(mine.data(), longest, MPI_CHAR, all.data(), longest, MPI_CHAR, MPI_COMM_WORLD));
  for (std::size_t r = 0; r < static_cast<std::size_t>(size); ++r)
    hosts_.emplace_back(all.substr(r * longest).c_str());
  heard_.assign(hosts_.size(), -1);
}

std::string RollCall::name(std::size_t rank) const {
  return fmt::format("rank {} on {}", rank, hosts_[rank]);
}

void RollCall::wait(std::span<MPI_Request> requests) {
  ++operation_;
  const auto start = Clock::now();
  std::optional<Clock::time_point> asked;
  bool told = false, said = false;
  for (;;) {
    int done = 0;
    check(MPI_Testall(static_cast<int>(requests.size()), requests.data(), &done, MPI_STATUSES_IGNORE));
    if (done != 0) break;
    const auto now = Clock::now();
    const auto waited = now - start;
    if (waited < busy) {
      ::sched_yield();
      continue;
    }
    if (waited > patience && !told) tell_where_i_am(), told = true;
    if (waited > patience + answer_within && !said && listens()) {
      hear();
      const auto silent = missing();
      std::vector<std::string> names;
      for (const std::size_t r : silent) names.push_back(name(r));
      if (!silent.empty() && (rank_ == 0 || silent.front() == 0))
        complain(program_, fmt::format("waiting for {}, which has not come for {} s", fmt::join(names, ", "),
                                       std::chrono::duration_cast<std::chrono::seconds>(waited).count()));
      said = true;
    }
    if (rank_ == 0 && interrupted()) {
      if (!asked) asked = now;
      if (now - *asked > grace)
        throw Forsaken(
            "stopped without waiting for ranks that do not answer; --resume computes again what they have "
            "not finished");
    }
    std::this_thread::sleep_for(std::clamp<Clock::duration>(waited / 20, 10us, longest_nap));
  }
}

void RollCall::tell_where_i_am() {
  told_ = operation_;
  for (int to = 0; to < std::min(2, static_cast<int>(size())); ++to) {
    if (to == rank_) continue;
    MPI_Request request = MPI_REQUEST_NULL;
    check(MPI_Isend(&told_, 1, MPI_INT64_T, to, tag, MPI_COMM_WORLD, &request));
    check(MPI_Request_free(&request));  // a message this short is gone at once
  }
}

void RollCall::hear() {
  for (;;) {
    int there = 0;
    MPI_Status status{};
    check(MPI_Iprobe(MPI_ANY_SOURCE, tag, MPI_COMM_WORLD, &there, &status));
    if (there == 0) return;
    std::int64_t operation = 0;
    check(MPI_Recv(&operation, 1, MPI_INT64_T, status.MPI_SOURCE, tag, MPI_COMM_WORLD, MPI_STATUS_IGNORE));
    heard_[static_cast<std::size_t>(status.MPI_SOURCE)] = operation;
  }
}

std::vector<std::size_t> RollCall::missing() const {
  std::vector<std::size_t> list;
  for (std::size_t r = 0; r < size(); ++r)
    if (r != rank() && heard_[r] < operation_) list.push_back(r);
  return list;
}

void RollCall::close() {
  if (listens()) hear();
}

}  // namespace engram::laboratory
