/// engram::autodiff: differentiate C++ code on matrices, to any order, through long loops.
///
///     #include <engram/autodiff/autodiff.hpp>
///     namespace ad = engram::autodiff;
///
/// Without sparsity.hpp, which needs Eigen's sparse matrices: who wants them includes it too.
#pragma once

#include <engram/autodiff/array.hpp>
#include <engram/autodiff/black_box.hpp>
#include <engram/autodiff/custom_vjp.hpp>
#include <engram/autodiff/debug.hpp>
#include <engram/autodiff/dual.hpp>
#include <engram/autodiff/elementwise.hpp>
#include <engram/autodiff/file.hpp>
#include <engram/autodiff/for_stack.hpp>
#include <engram/autodiff/function.hpp>
#include <engram/autodiff/gradcheck.hpp>
#include <engram/autodiff/gradient.hpp>
#include <engram/autodiff/graph.hpp>
#include <engram/autodiff/implicit.hpp>
#include <engram/autodiff/lift.hpp>
#include <engram/autodiff/loop.hpp>
#include <engram/autodiff/ode.hpp>
#include <engram/autodiff/ops.hpp>
#include <engram/autodiff/optimise.hpp>
#include <engram/autodiff/scalar.hpp>
#include <engram/autodiff/scope.hpp>
#include <engram/autodiff/tape.hpp>
#include <engram/autodiff/transform.hpp>
#include <engram/autodiff/tree.hpp>
#include <engram/autodiff/value.hpp>
#include <engram/autodiff/version.hpp>
#include <engram/autodiff/while_loop.hpp>
