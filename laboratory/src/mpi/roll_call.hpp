// Waiting for other ranks without keeping a processor busy, and finding out which of them does not answer.
#pragma once

#include "mpi_calls.hpp"

#include <chrono>
#include <span>
#include <string_view>
#include <vector>

namespace engram::laboratory {

/// Every rank counts the collective operations that it waits for. Whoever has waited long tells ranks 0 and 1
/// which one that is; these can then name those that have told nothing.
class RollCall {
 public:
  explicit RollCall(std::string_view program);

  std::size_t size() const { return hosts_.size(); }
  std::size_t rank() const { return static_cast<std::size_t>(rank_); }
  /// "rank 2 on node7"
  std::string name(std::size_t rank) const;

  /// Waits for a collective operation. After some seconds rank 0 says which ranks are missing, or rank 1 if
  /// that is the missing one. Throws Forsaken at rank 0 if it is asked to stop and the others stay away.
  void wait(std::span<MPI_Request> requests);
  /// Takes what was told too late. All ranks are past their last `wait`.
  void close();

 private:
  using Clock = std::chrono::steady_clock;

  bool listens() const { return rank_ < 2; }
  void tell_where_i_am();
  void hear();
  std::vector<std::size_t> missing() const;

  std::string program_;
  int rank_ = 0;
  std::vector<std::string> hosts_;   ///< of the ranks
  std::vector<std::int64_t> heard_;  ///< the last operation that each rank told of
  std::int64_t operation_ = 0;
  std::int64_t told_ = 0;  ///< what is being sent
};

}  // namespace engram::laboratory
