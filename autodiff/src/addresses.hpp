/// Where the inputs of a compiled function lie.
#pragma once

#include <engram/autodiff/function.hpp>

ENGRAM_AUTODIFF_BEGIN

/// Throws if there are too many or too few, or one has another shape.
template <class S>
std::vector<const S*> addresses_of(const Function<S>& f, std::span<const Value<S>> inputs) {
  const auto shapes = f.input_shapes();
  if (inputs.size() != shapes.size())
    fail("function", "{} inputs for a function of {}", inputs.size(), shapes.size());
  std::vector<const S*> in;
  for (std::size_t i = 0; i < inputs.size(); ++i) {
    if (inputs[i].shape() != shapes[i])
      fail("function", "input {} is {}, but was compiled as {}", i, to_string(inputs[i].shape()),
           to_string(shapes[i]));
    in.push_back(inputs[i].data());
  }
  return in;
}

ENGRAM_AUTODIFF_END
