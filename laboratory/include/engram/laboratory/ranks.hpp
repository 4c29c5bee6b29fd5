/// The processes that compute a run together: the ranks that MPI's launcher has started, or this process
/// alone. Rank 0 leads: it alone reads and writes the folder of results, holds it, and speaks; the others
/// compute.
#pragma once

#include <engram/laboratory/usage_error.hpp>
#include <engram/plasticity/communicator.hpp>

#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace engram::laboratory {

/// What all ranks throw when they have agreed that there is nothing to begin with: one of them says why.
class Refused : public UsageError {
 public:
  using UsageError::UsageError;
};

/// What the leader throws when it was asked to stop and some rank does not answer any more: then what it has
/// is saved, and all ranks are ended.
class Forsaken : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// The ranks, as one of them sees them. All call the same functions in the same order.
class Ranks : public plasticity::Communicator {
 public:
  bool leads() const { return rank() == 0; }
  /// Whether a signal has asked to stop: this process by now, or of several ranks any one before the last
  /// gather. All get the same answer.
  virtual bool stopped() const = 0;
  /// At the leader the texts that all have brought, by rank; elsewhere nothing.
  virtual std::vector<std::string> collected(const std::string& text) = 0;
  /// The leader's text.
  virtual std::string told(const std::string& text) = 0;
  /// Which one this is, for messages: "rank 2 on node7".
  virtual std::string name() const = 0;
  /// How many ranks share this machine.
  virtual std::size_t neighbours() const = 0;
  /// Waits until all have come here.
  virtual void leave() = 0;
  /// Ends all ranks, whatever they do. Returns only to a process that is alone.
  virtual void end_all(int code) = 0;
};

/// Joins the ranks that a launcher has started with this process; without one it stays alone. From then on
/// only the leader is heard, but for complaints. Throws UsageError if the launcher wants MPI and this build
/// has none.
void join_ranks(std::string_view program);
/// Those joined; before that, this process alone.
Ranks& ranks();

/// Calls it at every rank. If it finds an input wrong at any of them, all throw Refused, with the words of
/// the first of these.
void at_all_ranks(const std::function<void()>& f);
/// Calls it at the leader, whose result all return. If it finds an input wrong, all throw Refused.
std::string from_leader(const std::function<std::string()>& f);
/// Throws Refused, which tells what differs, unless all ranks are the same program on the same kind of
/// machine, and bring the same lines.
void require_same_at_all_ranks(const std::vector<std::string>& lines);
/// The number that stands for these bytes where ranks compare files (64-bit FNV-1a).
std::string fingerprint(std::string_view bytes);

/// Threads for each rank: as many as were asked for, or, if that is 0, the processors that this process may
/// use, which ranks that are not tied to some of their own divide among them.
std::size_t threads_of_rank(std::size_t asked);

}  // namespace engram::laboratory
