/// Finding out what went wrong: where a NaN comes from, where cotangents explode, what a tape holds.
///
/// These tools read tapes after the fact; nothing needs to be switched on before.
#pragma once

#include <engram/autodiff/function.hpp>
#include <engram/autodiff/scope.hpp>

#include <optional>
#include <string>
#include <vector>

ENGRAM_AUTODIFF_BEGIN

/// The first operation that made a NaN or an infinity.
struct NonFinite {
  std::string operation;     ///< its name; "variable" or "constant" if a NaN was put in
  std::string scope;         ///< its path; empty outside of scopes
  std::vector<Index> steps;  ///< of the loops it is in, the outermost first, counted from 0
  std::string text;          ///< all this, with the entry, the inputs' ranges and the scope's source line
};

/// Searches an eager tape, and the loops that were recorded on it.
template <class S>
std::optional<NonFinite> find_non_finite(Tape<S>& tape);

/// Throws std::domain_error with the text of what find_non_finite finds.
template <class S>
void check_finite(Tape<S>& tape);
/// The same for a compiled function, which is run on these inputs operation by operation.
template <class S>
void check_finite(const Function<S>& function, const std::vector<Value<S>>& inputs);

/// The Euclidean norms of the cotangents of x for a scalar y. If x are the states of an unrolled loop, the
/// norms show where its gradient explodes or vanishes.
template <class S>
std::vector<double> cotangent_norms(const Variable<S>& y, const std::vector<Variable<S>>& x);
/// The same inside a loop that was recorded by scan on an eager tape; `result` is any of its results. Element
/// t is the norm of the cotangent of all carries before step t; in a loop that runs backwards, before the
/// step that runs t-th. The last element is the norm after the last step.
template <class S>
std::vector<double> cotangent_norms_in_loop(const Variable<S>& y, const Variable<S>& result);

/// A table of operations and bytes for each scope of a tape.
template <class S>
std::string summary(const Tape<S>& tape);
/// All that was recorded, a line for each operation.
template <class S>
std::string to_text(Tape<S>& tape);
/// The same in Graphviz' language.
template <class S>
std::string to_dot(Tape<S>& tape);

ENGRAM_AUTODIFF_END
