/// How often functions that are lifted from scalars can be differentiated.
#pragma once

#include <engram/autodiff/elementwise.hpp>

ENGRAM_AUTODIFF_BEGIN

/// Throws, in the name of the function, if there is no derivative of this order.
inline void require_order(const char* name, int order) {
  if (order > detail::highest_order)
    fail(name, "a function lifted from scalars has derivatives to order {}; for higher ones write it in ops",
         detail::highest_order);
}

ENGRAM_AUTODIFF_END
