/// The loop of problem.hpp as a compiled `scan`: a peer (see support/peer.hpp).
#include <engram/autodiff/autodiff.hpp>

#include "../../support/peer.hpp"
#include "problem.hpp"

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

namespace ad = engram::autodiff;
namespace loop = engram::bench::loop;
using V = ad::Variable<double>;

int main() {
  const auto step = [](auto carry, auto x, auto constants) {
    const V& W = carry[0];
    const V H = tanh(matmul(x[0], W));
    const V moved = W + constants[0] * (1.0 / loop::batch) * matmul_tn(x[0], H) + constants[1] * W;
    return ad::StepResult<V>{{moved}, {}};
  };
  const auto f = ad::compile<double>(
      [&](const auto& x) {
        const auto end = ad::scan<double>(step, {x[0]}, {x[3]}, {x[1], x[2]}, loop::steps);
        const V loss = mean(square(end.carry[0]));
        auto results = ad::gradient(loss, std::vector{x[0], x[1], x[2]});
        results.insert(results.begin(), loss);
        return results;
      },
      {{loop::units, loop::units}, {1, 1}, {1, 1}, {loop::steps * loop::batch, loop::units}});

  const auto W = loop::first_weights(), X = loop::inputs();
  std::vector<double> loss(1), gradient(W.size() + 2);
  const double* in[] = {W.data(), &loop::e, &loop::l, X.data()};
  double* out[] = {loss.data(), gradient.data(), &gradient[W.size()], &gradient[W.size() + 1]};
  auto workspace = f.workspace();
  const auto compute = [&] { f.run(workspace, in, out); };
  compute();
  return engram::bench::serve({{"loss", loss[0]}, {"gradient", gradient}}, compute);
}
