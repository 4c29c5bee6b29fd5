/// A look inside a learned rule: what it answers along its inputs, what it meets while it works, what simple
/// formula it resembles, and how its changes lie to backpropagation's.
#pragma once

#include <engram/plasticity/method.hpp>
#include <engram/plasticity/rules/learned.hpp>

#include <array>
#include <string>

ENGRAM_PLASTICITY_BEGIN

/// The rule's three inputs, in their order.
inline constexpr std::array<const char*, 3> rule_inputs{"z", "z_bar", "z_lat"};
/// Its seven outputs.
inline constexpr std::array<const char*, 7> rule_outputs{"delta",    "alpha",     "beta",    "alpha_bar",
                                                         "beta_bar", "alpha_lat", "beta_lat"};

/// The seven outputs along one input.
struct RuleSlice {
  std::vector<double> at;  ///< values of the input
  Array<double> outputs;   ///< values x 7
};

/// Slices along each input from -reach to reach; the other two inputs stay at `base`. All examples of the
/// batch are the same, so the mean over the batch that the rule sees is that of the one example. Throws
/// std::invalid_argument for fewer than 2 points.
std::array<RuleSlice, 3> rule_slices(const RuleSettings& settings, const Theta<Array<double>>& theta,
                                     double reach, Index points, std::array<double, 3> base = {0, 0, 0});

/// What neurons heard, and what they answered.
struct RuleSamples {
  Array<double> inputs;   ///< n x 3
  Array<double> outputs;  ///< n x 7
};

/// All signals of hidden and output neurons in every `every`-th step of an episode.
RuleSamples rule_samples(const Network& network, const RuleSettings& settings,
                         const Theta<Array<double>>& theta, const Episode<Array<double>>& episode,
                         Index steps, Index every);

/// A polynomial of few terms in the three inputs.
struct SparsePolynomial {
  /// A coefficient times powers of the inputs.
  struct Term {
    std::array<int, 3> powers{};
    double coefficient = 0;
  };
  std::vector<Term> terms;        ///< in the order of their choice
  std::vector<double> explained;  ///< part of the variance that the first 1, 2, ... terms explain together

  double operator()(double z, double z_bar, double z_lat) const;
  /// "0.52 z z_bar - 0.1 z²".
  std::string text() const;
};

/// Chooses monomials up to a total degree one after the other, each time the one that has most to do with
/// what is left, and fits all chosen ones anew. Source: Pati, Rezaiifar, Krishnaprasad, "Orthogonal matching
/// pursuit: recursive function approximation with applications to wavelet decomposition", Asilomar 1993.
/// Stops early when nothing is left. Throws std::invalid_argument if the samples do not fit each other.
SparsePolynomial sparse_polynomial(const Array<double>& inputs, const Array<double>& output, int degree,
                                   std::size_t terms);

/// Angles in degrees, step by step; NaN where one side is 0.
struct LearningAngles {
  /// The angle between the change of W^l and backpropagation's change, which is minus the gradient of the
  /// labelled loss: steps x L.
  Array<double> change;
  /// The angle between W̄^l and the transpose of W^(l+1), before the step: steps x L. Absent for directly
  /// wired feedback.
  Array<double> feedback;
};

/// The angles of a plasticity rule while it learns an episode.
LearningAngles learning_angles(const Method& rule, const std::vector<Array<double>>& parameters,
                               const Episode<Array<double>>& episode, Index steps);

ENGRAM_PLASTICITY_END
