/// Memory that an op works in, kept from run to run.
#pragma once

#include <engram/autodiff/operation.hpp>

#include "dense.hpp"

#include <cstddef>
#include <vector>

ENGRAM_AUTODIFF_BEGIN

struct Scratch final : OperationState {
  /// So many numbers, of any value.
  template <class S>
  S* numbers(Index n) {
    const auto bytes = static_cast<std::size_t>(n) * sizeof(S);
    if (memory_.size() < bytes) memory_.resize(bytes);
    return reinterpret_cast<S*>(memory_.data());
  }

 private:
  std::vector<std::byte> memory_;
};

/// Base of ops of any number of inputs that work in scratch memory.
struct WithScratch : Variadic {
  static std::unique_ptr<OperationState> make_state() { return std::make_unique<Scratch>(); }
  template <class S>
  static S* numbers(OperationState* state, Index n) {
    return static_cast<Scratch&>(*state).numbers<S>(n);
  }
  /// What `dense::solve` needs for n rows and k columns.
  template <class S>
  static S* work_to_solve(OperationState* state, Index n, Index k) {
    return n > dense::few ? numbers<S>(state, n * n / 4 + (n / 2 + 1) * k) : nullptr;
  }
  /// What the factorizations of n rows need.
  template <class S>
  static S* work_to_factorize(OperationState* state, Index n) {
    return n > dense::few ? numbers<S>(state, n * n) : nullptr;
  }
};

ENGRAM_AUTODIFF_END
