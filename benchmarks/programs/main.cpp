/// One side of a program, engram's or that written by hand: a peer (see support/peer.hpp). A run is `calls`
/// computations, so that the clock does not show in the shortest ones.
#include "../support/peer.hpp"
#include "program.hpp"

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

#include <map>

using namespace engram::bench::programs;

int main(int argc, char** argv) {
  constexpr int calls = 20;
  const std::map<std::string, std::function<Program()>> programs{
      {"logistic_hessian", logistic_hessian},
      {"gaussian_process", gaussian_process},
      {"kalman_filter", kalman_filter},
      {"lotka_volterra", [] { return lotka_volterra(Kept::everything); }},
      {"lotka_volterra_carries", [] { return lotka_volterra(Kept::carries); }},
      {"lotka_volterra_snapshots", [] { return lotka_volterra(Kept::ten_snapshots); }},
      {"lotka_volterra_by_lift", [] { return lotka_volterra_by_lift(50); }},
      {"lotka_volterra_lifted_steps", [] { return lotka_volterra_by_lift(1); }},
      {"camera_jacobians", camera_jacobians},
      {"camera_jacobians_in_columns", camera_jacobians_in_columns},
      {"adaptive_steps", adaptive_steps},
      {"hierarchical_model", hierarchical_model},
      {"heat_equation", heat_equation},
      {"equilibrium", equilibrium},
      {"running_sum", running_sum},
      {"parameter_sets", parameter_sets},
      {"solve", solve},
      {"inverse", inverse},
      {"cholesky", cholesky}};
  CLI::App app{"Programs that people differentiate."};
  std::string name;
  app.add_option("program", name, "Which one")->required()->check(CLI::IsMember(programs));
  CLI11_PARSE(app, argc, argv);

  const Program compute = programs.at(name)();
  std::vector<double> results;
  compute(results);
  std::vector<double> gradient;  // some of it, if it is large
  for (std::size_t i = 1; i < results.size(); i += 1 + results.size() / 100'000)
    gradient.push_back(results[i]);
  return engram::bench::serve({{"loss", results.front()}, {"gradient", gradient}, {"calls", calls}}, [&] {
    for (int i = 0; i < calls; ++i) compute(results);
  });
}
