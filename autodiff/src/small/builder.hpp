/// Makes one operation of operations on a few numbers each.
#pragma once

#include <engram/autodiff/graph.hpp>

#include "program.hpp"

#include <array>
#include <map>

ENGRAM_AUTODIFF_BEGIN

/// Translates nodes of a graph, one after the other.
template <class S>
class SmallBuilder {
 public:
  using Node = typename Graph<S>::Node;
  using Register = typename SmallProgram<S>::Register;

  explicit SmallBuilder(const Graph<S>& graph) : graph_(graph) {}

  /// Whether a node works on few numbers, and its op says how.
  static bool can_translate(const Graph<S>& graph, const Node& node);
  /// Whether there are registers for this node, too.
  bool has_room_for(const Node& node) const;
  void add(const Node& node);
  /// How many operations were added that a program would run one by one.
  std::size_t size() const { return size_; }
  bool computes(std::uint32_t slot) const { return computed_.contains(slot); }

  /// The program so far, with these slots as its results.
  SmallProgram<S> program(const std::vector<std::uint32_t>& outputs) const;
  /// The same as a node.
  Node node(const std::vector<std::uint32_t>& outputs) const;

 private:
  using Registers = std::vector<Register>;

  Index size_of(std::uint32_t slot) const { return graph_.slots[slot].shape.size(); }
  Register new_registers(Index count);
  const Registers& registers_of(std::uint32_t slot);
  void move(const Node& node);
  void compute_entries(const Node& node);
  void compute_row(const Node& node);
  /// The input that an entry is equal to, because the other one is neutral.
  std::optional<Register> equal_input(const Operation<S>& operation, std::span<const Register> x) const;
  std::vector<char> needed(const Registers& outputs) const;
  void add_step(const OperationPtr<S>& operation, typename SmallStep<S>::Run* run, Register y,
                std::array<Register, 3> x, Index count = 1);

  const Graph<S>& graph_;
  std::vector<S> image_ = {S{0}};
  std::vector<char> is_constant_ = {1};
  std::map<std::uint32_t, Registers> of_slot_;
  std::map<std::uint32_t, char> computed_;
  std::vector<std::uint32_t> input_slots_;
  Registers inputs_;
  std::vector<typename SmallProgram<S>::Step> steps_;
  std::size_t size_ = 0, nodes_ = 0;
  double flops_ = 0;
  ScopePtr scope_;
};

ENGRAM_AUTODIFF_END
