/// Which sources the entries of recorded variables depend on.
#pragma once

#include <engram/autodiff/autodiff.hpp>
#include <engram/plasticity/version.hpp>

#include <functional>
#include <set>
#include <string>
#include <vector>

ENGRAM_PLASTICITY_BEGIN

using autodiff::Index;
using autodiff::Tape;
using autodiff::Variable;

class Dependencies {
 public:
  using Sources = std::set<int>;

  explicit Dependencies(Tape<double>& tape) : tape_(tape), entries_(tape.slots().size()) {}

  /// Declares sources, one for each entry of a variable that was an input.
  void declare(const Variable<double>& v, const std::function<int(Index row, Index column)>& source);
  /// Follows all operations of the tape, once all sources are declared.
  void follow();

  const Sources& of(const Variable<double>& v, Index row, Index column) const;
  /// The names of the operations between an entry and a source it depends on, the last one first.
  std::string path(const Variable<double>& v, Index row, Index column, int source) const;

 private:
  void follow(const Tape<double>::Node& node);
  std::vector<Sources>& entries(std::uint32_t slot);

  Tape<double>& tape_;
  std::vector<std::vector<Sources>> entries_;  // of each slot, row by row
};

ENGRAM_PLASTICITY_END
