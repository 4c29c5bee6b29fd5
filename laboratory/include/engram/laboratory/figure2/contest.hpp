/// The paper's Figure 2 as work: a learned rule against tuned backprop on two moons, which it was trained
/// for, and on two Gaussians, which it never met. All learn the same trials.
#pragma once

#include <engram/laboratory/protocol.hpp>

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

/// A family's results. The first method is the rule, the last one is backprop.
struct FamilyResult {
  plasticity::TaskFamily family;
  std::vector<MethodResult> methods;
  Candidate tuned;  ///< the backprop that tuning has picked

  const MethodResult& rule() const { return methods.front(); }
  const MethodResult& backprop() const { return methods.back(); }
};

/// Tests all contestants, each with the same methods, in pieces of the laboratory; one result per family.
/// Throws Stopped.
std::vector<FamilyResult> contest(Laboratory& lab, const std::vector<Contestant>& contestants);

}  // namespace engram::laboratory
