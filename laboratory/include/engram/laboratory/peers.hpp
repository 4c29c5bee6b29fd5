/// What a learned rule is compared with: other rules, backpropagation, semi-supervised learning, and bounds,
/// each with the settings among which its best is looked for. All learn the same episodes.
#pragma once

#include <engram/laboratory/tuning.hpp>
#include <engram/plasticity/registry.hpp>

namespace engram::laboratory {

using namespace plasticity;

/// Every combination of a learning rate with one number of each list.
std::vector<Candidate> grid(const std::string& method, const Method& learner, const EpisodeSettings& episode,
                            const std::vector<std::vector<double>>& numbers);

/// One of those to compare with.
struct Peer {
  /// generative: it supposes a form of the classes' densities; supposing the right one, it is a bound.
  enum class Kind { supervised, rule, semi_supervised, generative, bound };

  std::string name;
  Kind kind;
  std::string source;  ///< who described it
  std::vector<Candidate> grid;
};

/// A line of the table of peers: its grid is made, and compiled, for a network and episodes.
struct PeerKind {
  std::string_view name;
  Peer::Kind kind;  ///< and with it the colour, see style.hpp
  int dash, mark;   ///< by which charts tell it from others of its kind
  std::string_view source;
  std::vector<Candidate> (*grid)(const Network& network, const EpisodeSettings& episode);

  Peer made_for(const Network& network, const EpisodeSettings& episode) const {
    return {std::string(name), kind, std::string(source), grid(network, episode)};
  }
};

/// Backpropagation first; rules: feedback alignment, direct feedback alignment, Hebb, Oja; semi-supervised
/// ones: entropy minimisation, pseudo-labels, Π-model, virtual adversarial training; generative ones: nearest
/// mean, the Gaussian classifier from labels alone, the Gaussian mixture that EM fits to unlabelled points
/// too; bounds: label spreading and backpropagation with all labels. A new one is a line in peers.cpp. The
/// meta-learned peers, MakeHebbianRule and Maml, are not among them: they have a training of their own.
const std::vector<PeerKind>& peers();
/// The peer of that name. Throws std::invalid_argument that lists the known ones.
const PeerKind& peer(std::string_view name);

/// Backpropagation from the labelled points, the baseline: SGD with step sizes 0.03 to 3 and Adam with 0.003
/// to 0.3.
Peer backprop_peer(const Network& network, const EpisodeSettings& episode);

}  // namespace engram::laboratory
