/// Sweeps of many cotangents, or tangents, at once.
#pragma once

#include <engram/autodiff/tape.hpp>

#include <optional>
#include <span>
#include <vector>

ENGRAM_AUTODIFF_BEGIN

/// So many go through one sweep at most.
constexpr Index most_at_once = 64;

/// For y_bars, a stack of cotangents of y, the stacks of those of x. None if an op between x and y, such as a
/// loop, takes one cotangent at a time.
template <class S>
std::vector<Variable<S>> vjps(const Variable<S>& y, const Variable<S>& y_bars,
                              std::span<const Variable<S>> x);

/// For x_dots, a stack of tangents of x, the stack of those of y. None likewise.
template <class S>
std::optional<Variable<S>> jvps(const Variable<S>& y, const Variable<S>& x, const Variable<S>& x_dots);

ENGRAM_AUTODIFF_END
