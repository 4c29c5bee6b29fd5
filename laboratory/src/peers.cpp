#include <engram/laboratory/peers.hpp>
#include <engram/plasticity/gaussian_mixture.hpp>
#include <engram/plasticity/inner_losses/entropy_minimisation.hpp>
#include <engram/plasticity/inner_losses/pi_model.hpp>
#include <engram/plasticity/inner_losses/pseudo_labels.hpp>
#include <engram/plasticity/inner_losses/virtual_adversarial.hpp>
#include <engram/plasticity/label_spreading.hpp>
#include <engram/plasticity/rules/feedback_alignment.hpp>
#include <engram/plasticity/rules/oja.hpp>

namespace engram::laboratory {

using namespace plasticity;
namespace {

using Numbers = std::vector<std::vector<double>>;

/// All ways to take one number of each list.
Numbers combinations(const Numbers& lists) {
  Numbers all{{}};
  for (const auto& list : lists) {
    Numbers longer;
    for (const auto& head : all)
      for (const double number : list) {
        longer.push_back(head);
        longer.back().push_back(number);
      }
    all = std::move(longer);
  }
  return all;
}

std::vector<Candidate> joined(std::vector<Candidate> a, const std::vector<Candidate>& b) {
  a.insert(a.end(), b.begin(), b.end());
  return a;
}

/// Descents with the middle of backpropagation's learning rates, and the objective's own numbers.
template <class Objective>
std::vector<Candidate> descents(const Network& network, const EpisodeSettings& episode, Numbers own) {
  const auto with = [&](Optimizer optimizer, const std::vector<double>& rates) {
    Numbers numbers{rates};
    numbers.insert(numbers.end(), own.begin(), own.end());
    return grid(std::string(to_string(optimizer)), GradientDescent<Objective>{network, optimizer, {}},
                episode, numbers);
  };
  return joined(with(Optimizer::sgd, {0.1, 0.3, 1}), with(Optimizer::adam, {0.01, 0.03, 0.1, 0.3}));
}

template <class MakeRule>
std::vector<Candidate> steps_of(const Network& network, const MakeRule& make_rule,
                                const EpisodeSettings& episode, const std::vector<double>& sizes) {
  return grid("step", RuleMethod{network, StepSettings(UpdateScale::none), make_rule}, episode, {sizes});
}

// Errors become small, outputs do not.
std::vector<Candidate> alignments(const Network& network, const EpisodeSettings& episode) {
  return steps_of(network, MakeFeedbackAlignment{network.activation}, episode, {0.1, 0.3, 1, 3, 10});
}
template <class MakeRule>
std::vector<Candidate> by_outputs(const Network& network, const EpisodeSettings& episode) {
  return steps_of(network, MakeRule{}, episode, {0.003, 0.01, 0.03, 0.1, 0.3});
}

std::vector<Candidate> spreadings(const Network& network) {
  std::vector<Candidate> all;
  for (const auto& numbers : combinations({{0.05, 0.1, 0.2, 0.4, 0.8, 1.6}, {0.9, 0.99}}))
    all.push_back({"sigma, alpha", numbers, network, [numbers](const auto& episode, const Random&) {
                     return spread_labels(episode, numbers[0], numbers[1]);
                   }});
  return all;
}

/// Gaussian mixtures of these covariances, with all pseudo-counts and weights of unlabelled points.
std::vector<Candidate> mixtures(const Network& network, std::initializer_list<MixtureCovariance> covariances,
                                const Numbers& numbers) {
  std::vector<Candidate> all;
  for (const MixtureCovariance covariance : covariances)
    for (const auto& choice : combinations(numbers)) {
      const MixtureSettings settings{covariance, choice[0], choice[1]};
      all.push_back({std::string(to_string(covariance)), choice, network,
                     [settings](const auto& episode, const Random&) {
                       return learn_gaussian_mixture(episode, settings);
                     }});
    }
  return all;
}

}  // namespace

std::vector<Candidate> grid(const std::string& method, const Method& learner, const EpisodeSettings& episode,
                            const Numbers& numbers) {
  const Learner compiled(learner, episode);
  std::vector<Candidate> all;
  for (const auto& choice : combinations(numbers)) {
    std::vector<Array<double>> parameters;
    for (const double n : choice) parameters.push_back(Array<double>::Constant(1, 1, n));
    all.push_back({method, choice, learner.network(),
                   [=](const auto& e, const Random& random) { return compiled(parameters, e, random); }});
  }
  return all;
}

const std::vector<PeerKind>& peers() {
  using enum Peer::Kind;
  using enum MixtureCovariance;
  using N = const Network&;
  using E = const EpisodeSettings&;
  static const std::vector<PeerKind> all{
      {"backprop", supervised, 1, 9, "Rumelhart, Hinton, Williams 1986; Adam: Kingma, Ba 2015",
       [](N network, E episode) {
         using Descent = GradientDescent<Supervised>;
         return joined(
             grid("sgd", Descent{network, Optimizer::sgd, {}}, episode, {{0.03, 0.1, 0.3, 1, 3}}),
             grid("adam", Descent{network, Optimizer::adam, {}}, episode, {{0.003, 0.01, 0.03, 0.1, 0.3}}));
       }},
      {"feedback alignment", rule, 1, 5, "Lillicrap, Cownden, Tweed, Akerman 2016", alignments},
      {"direct feedback alignment", rule, 2, 13, "Nøkland 2016",
       [](N network, E episode) {
         Network direct = network;
         direct.direct_feedback = true;
         return alignments(direct, episode);
       }},
      {"Hebb", rule, 3, 11, "Hebb 1949; output layer: Widrow, Hoff 1960", by_outputs<MakeHebb>},
      {"Oja", rule, 4, 9, "Oja 1982; output layer: Widrow, Hoff 1960", by_outputs<MakeOja>},
      {"entropy minimisation", semi_supervised, 1, 7, "Grandvalet, Bengio 2005",
       [](N n, E e) {
         return descents<EntropyMinimisation>(n, e, {{0.1, 0.3, 1}});
       }},
      {"pseudo-labels", semi_supervised, 2, 5, "Lee 2013",
       [](N n, E e) {
         return descents<PseudoLabels>(n, e, {{0.1, 0.3, 1}});
       }},
      {"Π-model", semi_supervised, 3, 13, "Laine, Aila 2017",
       [](N n, E e) {
         return descents<PiModel>(n, e, {{1, 10, 100}, {0.1, 0.3}});
       }},
      {"virtual adversarial training", semi_supervised, 4, 11, "Miyato, Maeda, Koyama, Ishii 2018",
       [](N n, E e) {
         return descents<VirtualAdversarial>(n, e, {{0.1, 0.3, 1, 3}});
       }},
      {"nearest mean", generative, 1, 5, "Hastie, Tibshirani, Friedman 2009",
       [](N network, E) {
         return mixtures(network, {one_sphere}, {{1}, {0}});
       }},
      {"Gaussian classifier", generative, 2, 9, "Fisher 1936; Hastie, Tibshirani, Friedman 2009",
       [](N network, E) {
         return mixtures(network, {spheres, shared, own}, {{1, 5, 20}, {0}});
       }},
      {"Gaussian mixture", generative, 3, 13,
       "EM: Dempster, Laird, Rubin 1977; weights: Nigam, McCallum, Thrun, Mitchell 2000",
       [](N network, E) {
         return mixtures(network, {spheres, shared, own}, {{1, 5, 20}, {1, 0.2}});
       }},
      {"label spreading", bound, 1, 6, "Zhou, Bousquet, Lal, Weston, Schölkopf 2004",
       [](N network, E) { return spreadings(network); }},
      {"all labels", bound, 2, 4, "backpropagation with the labels of the unlabelled points too",
       [](N n, E e) { return descents<AllLabels>(n, e, {}); }},
  };
  return all;
}

const PeerKind& peer(std::string_view name) { return find_in(peers(), "peer", name); }

Peer backprop_peer(const Network& network, const EpisodeSettings& episode) {
  return peer("backprop").made_for(network, episode);
}

}  // namespace engram::laboratory
