/// What the numbers of Figure 2 say, in sentences, and whether that is what the paper claims:
///
///     1. On two moons, which the rule was trained on, it has a higher test accuracy than backprop.
///     2. On Gaussians, which it never met, it has a higher test accuracy than backprop with one setting,
///        although its training loss is higher.
///
/// "Higher" means that the 95 % interval of the paired difference lies above 0.
#pragma once

#include <engram/laboratory/figure2/contest.hpp>
#include <engram/laboratory/side.hpp>

namespace engram::laboratory {

/// What is said of a family.
struct Claim {
  std::string text;           ///< one sentence, or two if there are several seeds
  std::optional<bool> shown;  ///< whether it is as the paper claims; nothing where the paper claims nothing
  std::string caveat = {};    ///< if the choice among settings that are level in tuning decides

  /// The text and, where the paper claims something, "As in the paper." or "Not as in the paper.", with the
  /// caveat.
  std::string verdict() const;
};

/// What the paper claims, for readers of the verdicts.
std::string claims_words();

Claim claim_of(const FamilyResult& result);
/// All verdicts, in the order of the results.
std::vector<std::string> verdicts(const std::vector<FamilyResult>& results);

}  // namespace engram::laboratory
