/// The paper's Figure 2 as work: a learned rule against backprop with its two baselines, on two moons, which
/// the rule was trained for, and on Gaussians, which it never met. All learn the same trials.
#pragma once

#include <engram/laboratory/baselines.hpp>

namespace engram::laboratory {

/// A rule to be tested: what one meta-training gave.
struct Contestant {
  std::string name;  ///< of its pieces: "seed_1"; may be empty if it is the only one
  plasticity::RuleFile rule;
  /// One that was trained without unlabelled points. If it is there, it is tested too, and so is the rule
  /// with noise in place of its unlabelled points.
  std::optional<plasticity::RuleFile> without_unlabelled;
  plasticity::Random stream;  ///< of its test tasks
};

/// What a way to learn has made of a family.
struct MethodResult {
  std::string key, title;                           ///< "rule", "learned rule"
  std::vector<plasticity::Evaluation> evaluations;  ///< one for each contestant
};

/// A family's results.
struct FamilyResult {
  plasticity::TaskFamily family;
  std::vector<MethodResult> methods;  ///< the rule, then its controls
  Baselines backprop;
  /// Backprop with the settings that have the highest tuning accuracy where rules are trained: what the one
  /// setting would be without the rule of one standard error.
  MethodResult by_accuracy;

  const std::vector<plasticity::Evaluation>& rule() const { return methods.front().evaluations; }
};

/// Tests all contestants in all settings, each with the same methods, in pieces of the laboratory; one result
/// per setting. Throws Stopped.
std::vector<FamilyResult> contest(Laboratory& lab, const std::vector<Contestant>& contestants,
                                  const std::vector<Setting>& settings);

}  // namespace engram::laboratory
