/// One meta-gradient to compute: sizes from the command line, θ and episodes from the seed.
#pragma once

#include <engram/plasticity/meta_gradient.hpp>
#include <engram/plasticity/rules/learned_loss.hpp>

#include <nlohmann/json_fwd.hpp>

namespace CLI {
class App;
}

namespace engram::bench {

/// Workload W1 unless told otherwise: 16 tasks, 50 inner steps of a 2-20-2 network without bias neurons on 10
/// labelled and 10 unlabelled points, a rule of width 16, the query loss of 100 points after every fifth
/// step.
struct Case {
  plasticity::Index hidden = 20;
  int depth = 1;
  std::size_t tasks = 16;
  std::uint64_t seed = 1;
  plasticity::Index objective_every = 5;
  plasticity::RuleSettings rule{
      .width = 16, .activation = plasticity::Activation::relu, .bias_neuron = false};
  plasticity::EpisodeSettings episode;

  void add_options(CLI::App& app);

  plasticity::Network network() const;
  /// Random biases too: a fresh rule's zeros would hide mistakes.
  plasticity::Theta<plasticity::Array<double>> theta() const;
  std::vector<plasticity::Episode<plasticity::Array<double>>> episodes() const;
};

/// Everything that another program needs to compute the same.
nlohmann::json to_json(const Case& c);

/// All numbers of all leaves, in order: how gradients are compared.
std::vector<double> flat(const std::vector<plasticity::Array<double>>& leaves);
/// A matrix as a list of rows.
nlohmann::json rows(const plasticity::Array<double>& a);

}  // namespace engram::bench
