/// Which sources the entries of recorded variables depend on.
#pragma once

#include <engram/autodiff/autodiff.hpp>
#include <engram/autodiff/sparsity.hpp>
#include <engram/plasticity/version.hpp>

#include <functional>
#include <span>
#include <string>
#include <vector>

ENGRAM_PLASTICITY_BEGIN

using autodiff::Index;
using autodiff::Tape;
using autodiff::Variable;

class RecordedDependencies {
 public:
  explicit RecordedDependencies(Tape<double>& tape) : tape_(tape), of_slots_(tape.slots().size()) {}

  /// Declares sources, one for each entry of a variable that was an input.
  void declare(const Variable<double>& v, const std::function<Index(Index row, Index column)>& source);
  /// Follows all operations of the tape, once all sources are declared.
  void follow();

  std::span<const Index> of(const Variable<double>& v, Index row, Index column) const;
  /// The names of the operations between an entry and a source it depends on, the last one first.
  std::string path(const Variable<double>& v, Index row, Index column, Index source) const;

 private:
  Tape<double>& tape_;
  std::vector<autodiff::Dependencies> of_slots_;
};

ENGRAM_PLASTICITY_END
