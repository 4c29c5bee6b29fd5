/// All operations.
#pragma once

#include <engram/autodiff/apply.hpp>
#include <engram/autodiff/ops/arithmetic.hpp>
#include <engram/autodiff/ops/arrange.hpp>
#include <engram/autodiff/ops/convolution.hpp>
#include <engram/autodiff/ops/functions.hpp>
#include <engram/autodiff/ops/linear.hpp>
#include <engram/autodiff/ops/loss.hpp>
#include <engram/autodiff/ops/order.hpp>
#include <engram/autodiff/ops/product.hpp>
#include <engram/autodiff/ops/rearrange.hpp>
#include <engram/autodiff/ops/reduce.hpp>
#include <engram/autodiff/ops/special.hpp>
#include <engram/autodiff/ops/stack.hpp>
