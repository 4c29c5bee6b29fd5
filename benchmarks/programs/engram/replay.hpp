/// How engram's side of every program runs.
#pragma once

#include <engram/autodiff/autodiff.hpp>

#include "../inputs.hpp"
#include "../program.hpp"

namespace engram::bench::programs {

namespace ad = engram::autodiff;

inline auto column_of(const std::vector<double>& v) {
  return Eigen::Map<const Eigen::ArrayXd>(v.data(), static_cast<ad::Index>(v.size()));
}

/// A compiled function, run on these inputs.
inline Program replay(const ad::Function<double>& f, const std::vector<std::vector<double>>& inputs) {
  const auto workspace = std::make_shared<ad::Function<double>::Workspace>(f.workspace());
  std::size_t size = 0;
  for (const ad::Shape shape : f.output_shapes()) size += static_cast<std::size_t>(shape.size());
  std::vector<const double*> in(inputs.size());
  std::vector<double*> out(f.output_shapes().size());
  return [=](std::vector<double>& results) mutable {
    results.resize(size);
    double* next = results.data();
    for (std::size_t i = 0; i < in.size(); ++i) in[i] = inputs[i].data();
    for (std::size_t i = 0; i < out.size(); ++i) {
      out[i] = next;
      next += f.output_shapes()[i].size();
    }
    f.run(*workspace, in, out);
  };
}

/// A function of the inputs and its gradient by all of them, compiled for these shapes.
template <class F>
Program replay_with_gradient(const F& function, const std::vector<ad::Shape>& shapes,
                             const std::vector<std::vector<double>>& inputs) {
  const auto value_and_gradient = [&](const auto& in) {
    auto [value, results] = ad::value_and_gradient_of(function)(in);
    results.insert(results.begin(), value);
    return results;
  };
  return replay(ad::compile<double>(value_and_gradient, shapes), inputs);
}

}  // namespace engram::bench::programs
