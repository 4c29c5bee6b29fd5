/// The same function of 1000 matrices, as it is written for one.
#include "replay.hpp"

namespace engram::bench::programs {

Program parameter_sets() {
  const ParameterSets given;
  const auto f = [](const auto& in) {
    const auto &m = in[0], &v = in[1];
    return sum(tanh(matmul(m, matmul(m, v))) * v);
  };
  const ad::Index n = ParameterSets::sets;
  return replay_with_gradient(f, {{3, 3, n}, {3, 1, n}}, {given.matrices, given.vectors});
}

Program solve() {
  const SmallMatrices given;
  const auto f = [](const auto& in) { return sum(square(ad::solve(in[0], in[1]))); };
  const ad::Index n = SmallMatrices::sets;
  return replay_with_gradient(f, {{4, 4, n}, {4, 1, n}}, {given.a, given.b});
}

Program inverse() {
  const auto f = [](const auto& in) { return sum(square(ad::inverse(in[0]))); };
  return replay_with_gradient(f, {{4, 4, SmallMatrices::sets}}, {SmallMatrices().a});
}

Program cholesky() {
  const auto f = [](const auto& in) { return sum(square(ad::cholesky(in[0]))); };
  return replay_with_gradient(f, {{4, 4, SmallMatrices::sets}}, {SmallMatrices().a});
}

}  // namespace engram::bench::programs
