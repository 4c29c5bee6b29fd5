/// Names for the parts of a program. They show up in errors, in printed graphs and in what debug.hpp reports.
///
///     {
///       const ad::Scope scope(x, "layer 2");
///       y = tanh(matmul(x, w));  // both operations are in "layer 2"
///     }
///
/// Scopes nest: their names are joined by slashes. Operations that a derivative adds are in the scope
/// "gradient of layer 2".
#pragma once

#include <engram/autodiff/tape.hpp>

#include <string_view>

ENGRAM_AUTODIFF_BEGIN

namespace detail {

ENGRAM_API ScopePtr inner_scope(const ScopePtr& outer, std::string_view name, const char* file,
                                unsigned line);
ENGRAM_API ScopePtr gradient_scope(const ScopePtr& scope);
/// " in scope 'layer 2' (model.cpp:12)"; nothing outside of scopes.
ENGRAM_API std::string place_of(const ScopePtr& scope);

/// Until the end of the block a tape records in this scope.
template <class S>
class ScopeGuard {
 public:
  ScopeGuard(Tape<S>& tape, ScopePtr scope) : tape_(tape), outer_(tape.exchange_scope(std::move(scope))) {}
  ScopeGuard(const ScopeGuard&) = delete;
  ScopeGuard& operator=(const ScopeGuard&) = delete;
  ~ScopeGuard() { tape_.exchange_scope(std::move(outer_)); }

 private:
  Tape<S>& tape_;
  ScopePtr outer_;
};

}  // namespace detail

/// Puts what is recorded on x's tape into a scope, until the end of the block. Plain values record nothing,
/// so for them it does nothing.
template <Differentiable T>
class Scope;

/// A scope on the tape of a variable.
template <class S>
class Scope<Variable<S>> {
 public:
  // The builtins are what std::source_location is made of, which clang 14 does not have yet.
  Scope(const Variable<S>& x, std::string_view name, const char* file = __builtin_FILE(),
        unsigned line = __builtin_LINE())
      : guard_(x.tape(), detail::inner_scope(x.tape().scope(), name, file, line)) {}

 private:
  detail::ScopeGuard<S> guard_;
};

/// A scope of plain values does nothing.
template <class S>
class Scope<Value<S>> {
 public:
  Scope(const Value<S>&, std::string_view) {}
};

/// The type of scope follows from a variable's.
template <class S>
Scope(const Variable<S>&, std::string_view) -> Scope<Variable<S>>;
/// The type of scope follows from a plain value's.
template <class S>
Scope(const Value<S>&, std::string_view) -> Scope<Value<S>>;

ENGRAM_AUTODIFF_END
