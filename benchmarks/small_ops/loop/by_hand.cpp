/// The loop of problem.hpp and its adjoint written by hand in Eigen, fixed sizes, compiled for this machine:
/// a peer (see support/peer.hpp). tanh is engram's kernel, so that both sides have the same one: Eigen has no
/// vectorised tanh of doubles. Of Eigen's two kinds of product each stands where it is the faster one.
///
/// No other file of this program may include Eigen: what Eigen compiles depends on the flags.
#include <engram/autodiff/kernels.hpp>

#include "../../support/peer.hpp"
#include "problem.hpp"

#include <Eigen/Core>
#include <nlohmann/json.hpp>

namespace loop = engram::bench::loop;

namespace {

using Weights = Eigen::Matrix<double, loop::units, loop::units, Eigen::RowMajor>;
using Batch = Eigen::Matrix<double, loop::batch, loop::units, Eigen::RowMajor>;

struct Adjoint {
  std::vector<double> x = loop::inputs();
  Weights first = Eigen::Map<const Weights>(loop::first_weights().data());
  std::vector<Weights> W = std::vector<Weights>(loop::steps + 1);
  std::vector<Batch> H = std::vector<Batch>(loop::steps);
  double loss = 0, e_bar = 0, l_bar = 0;
  Weights W_bar;

  Eigen::Map<const Batch> X(int t) const { return Eigen::Map<const Batch>(&x[t * Batch::SizeAtCompileTime]); }

  engram::autodiff::kernels::Unary<double>& tanh = *engram::autodiff::kernels::unary<double>("tanh");

  void operator()() {
    Batch scaled;
    W[0] = first;
    for (int t = 0; t < loop::steps; ++t) {
      H[t].noalias() = X(t) * W[t];
      tanh(H[t].data(), H[t].data(), H[t].size());
      scaled = (loop::e / loop::batch) * H[t];
      W[t + 1].noalias() = (1 + loop::l) * W[t] + X(t).transpose().lazyProduct(scaled);
    }
    constexpr double size = loop::units * loop::units;
    loss = W.back().squaredNorm() / size;
    W_bar = (2 / size) * W.back();
    e_bar = l_bar = 0;
    Batch XW_bar, Z_bar;
    for (int t = loop::steps - 1; t >= 0; --t) {
      l_bar += W_bar.cwiseProduct(W[t]).sum();
      XW_bar.noalias() = X(t) * W_bar;
      e_bar += XW_bar.cwiseProduct(H[t]).sum() / loop::batch;  // <W_bar, X'H> = <X W_bar, H>
      Z_bar = (loop::e / loop::batch) * (XW_bar.array() * (1 - H[t].array().square())).matrix();
      W_bar *= 1 + loop::l;
      W_bar.noalias() += X(t).transpose().lazyProduct(Z_bar);
    }
  }
};

}  // namespace

int main() {
  Adjoint adjoint;
  adjoint();
  std::vector<double> gradient(adjoint.W_bar.data(), adjoint.W_bar.data() + adjoint.W_bar.size());
  gradient.insert(gradient.end(), {adjoint.e_bar, adjoint.l_bar});
  return engram::bench::serve({{"loss", adjoint.loss}, {"gradient", gradient}}, [&] { adjoint(); });
}
