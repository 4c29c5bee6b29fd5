/// Elementwise functions of one variable. Shapes are kept.
#pragma once

#include <engram/autodiff/tape.hpp>

ENGRAM_AUTODIFF_BEGIN

/// -x
template <Differentiable T>
T operator-(const T& x);
/// x²
template <Differentiable T>
T square(const T& x);
/// √x; NaN below 0. The derivative at 0 is infinite.
template <Differentiable T>
T sqrt(const T& x);
/// eˣ
template <Differentiable T>
T exp(const T& x);
/// Natural logarithm; -inf at 0, NaN below.
template <Differentiable T>
T log(const T& x);
/// log(1 + x), accurate near 0.
template <Differentiable T>
T log1p(const T& x);
/// exp(x) - 1, accurate near 0.
template <Differentiable T>
T expm1(const T& x);
/// Hyperbolic tangent.
template <Differentiable T>
T tanh(const T& x);
/// 1 / (1 + exp(-x)), for any x without overflow.
template <Differentiable T>
T sigmoid(const T& x);
/// log(1 + exp(x)), for any x without overflow.
template <Differentiable T>
T softplus(const T& x);
/// max(x, 0). The derivative at 0 is taken as 0.
template <Differentiable T>
T relu(const T& x);
/// |x|. The derivative at 0 is taken as 0.
template <Differentiable T>
T abs(const T& x);
/// -1, 0 or 1. Nothing flows back.
template <Differentiable T>
T sign(const T& x);
/// The largest integer that is not above x. Nothing flows back.
template <Differentiable T>
T floor(const T& x);
/// The smallest integer that is not below x. Nothing flows back.
template <Differentiable T>
T ceil(const T& x);
/// The nearest integer, of halves the even one. Nothing flows back.
template <Differentiable T>
T round(const T& x);
/// The integer next to x on the side of 0. Nothing flows back.
template <Differentiable T>
T trunc(const T& x);
/// Sine, x in radians.
template <Differentiable T>
T sin(const T& x);
/// Cosine, x in radians.
template <Differentiable T>
T cos(const T& x);
/// x itself, through which no cotangent flows.
template <Differentiable T>
T stop_gradient(const T& x);

ENGRAM_AUTODIFF_END
