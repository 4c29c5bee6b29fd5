/// Two derivatives of second order: a Hessian-vector product of the meta-loss of one task (float), and a
/// hypergradient through Adam's steps (double): peers (see support/peer.hpp). With `--write FILE` the inputs
/// as JSON, for the other peers.
#include "../meta_gradient/case.hpp"
#include "../support/peer.hpp"
#include "problem.hpp"

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

#include <fstream>

using namespace engram::plasticity;
using engram::autodiff::Function;
namespace bench = engram::bench;

namespace {

/// Loss, and the Hessian with respect to θ times θ itself.
Function<float> hessian_vector_product(const bench::Case& c) {
  using V = Variable<float>;
  const auto theta = theta_shapes(c.rule);
  const auto episode = episode_shapes(c.network(), c.episode);
  std::vector<Shape> shapes = flatten(theta);
  const auto parameters = static_cast<std::ptrdiff_t>(shapes.size());
  for (const Shape s : flatten(episode)) shapes.push_back(s);
  return engram::autodiff::compile<float>(
      [&](const std::vector<V>& in) {
        const std::vector<V> leaves(in.begin(), in.begin() + parameters);
        const V loss = meta_loss(c.network(), c.rule, unflatten(theta, std::span(leaves)),
                                 unflatten(episode, std::span(in).subspan(leaves.size())), c.episode.steps,
                                 c.objective_every);
        std::vector<V> results{loss};
        for (const V& h : engram::autodiff::vjp<float>(gradient(loss, leaves), leaves, leaves))
          results.push_back(h);
        return results;
      },
      shapes);
}

/// Runs the function on these inputs; the first result is the loss, the others the derivative.
template <class S>
int serve(const Function<S>& f, const std::vector<Array<double>>& numbers) {
  std::vector<Value<S>> inputs, outputs;
  std::vector<const S*> in;
  std::vector<S*> out;
  for (const auto& a : numbers) in.push_back(inputs.emplace_back(a.template cast<S>()).data());
  for (const Shape s : f.output_shapes()) out.push_back(outputs.emplace_back(s).data());
  auto workspace = f.workspace();
  const auto compute = [&] { f.run(workspace, in, out); };
  compute();
  std::vector<double> derivative;
  for (std::size_t i = 1; i < out.size(); ++i)
    derivative.insert(derivative.end(), out[i], out[i] + outputs[i].shape().size());
  return bench::serve({{"loss", *out[0]}, {"gradient", derivative}}, compute);
}

int write(const std::string& path, const nlohmann::json& j) {
  std::ofstream file(path);
  file << j;
  return file.good() ? 0 : 1;
}

}  // namespace

int main(int argc, char** argv) {
  CLI::App app{"Derivatives of second order (see benchmarks/README.md)."};
  app.require_subcommand(1);
  std::string path;
  app.add_option("--write", path, "Write the inputs here, as JSON, and stop");
  bench::Case c;
  c.tasks = 1;
  auto* hvp = app.add_subcommand("hvp", "Hessian-vector product of the meta-loss");
  c.add_options(*hvp);
  bench::Training training;
  auto* adam = app.add_subcommand("hypergradient", "Of Adam's settings");
  adam->add_option("--steps", training.steps, "Steps of Adam")->capture_default_str();
  CLI11_PARSE(app, argc, argv);

  if (adam->parsed()) {
    if (path.empty()) return serve(training.hypergradient(), training.numbers());
    nlohmann::json inputs{{"steps", training.steps}, {"numbers", nlohmann::json::array()}};
    for (const auto& a : training.numbers()) inputs["numbers"].push_back(bench::rows(a));
    return write(path, inputs);
  }
  if (!path.empty()) return write(path, bench::to_json(c));
  std::vector<Array<double>> inputs = flatten(c.theta());
  for (const auto& leaf : flatten(c.episodes().at(0))) inputs.push_back(leaf);
  return serve(hessian_vector_product(c), inputs);
}
