/// Minimizers of functions written in ops: they compile the function with the derivatives that they need, and
/// take a structure of values as first guess. What a minimizer found is an operation only with `minimize`
/// (implicit.hpp).
///
/// | | takes | for |
/// | --- | --- | --- |
/// | `Lbfgs` | gradients | smooth functions of any number of variables |
/// | `NewtonCg` | gradients, products with the Hessian | the same, where L-BFGS takes many steps |
/// | `Adam` | gradients | functions of minibatches, of which each step sees another one |
/// | `LevenbergMarquardt` | the Jacobian of residuals | sums of squares of up to some hundred variables |
/// | `SparseLevenbergMarquardt` | their sparse Jacobian | many terms of few variables each (its own header) |
#pragma once

#include <engram/autodiff/optimise/adam.hpp>
#include <engram/autodiff/optimise/lbfgs.hpp>
#include <engram/autodiff/optimise/levenberg_marquardt.hpp>
#include <engram/autodiff/optimise/newton_cg.hpp>
