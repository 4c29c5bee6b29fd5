/// Results in words and as JSON.
#pragma once

#include "experiment.hpp"

#include <nlohmann/json.hpp>

namespace engram::demos {

/// What decides the meta-training: its settings and its tasks.
nlohmann::ordered_json training_configuration(const Options& options);

/// The summary: for each family both methods' accuracy and training loss after the last step, and the paired
/// gain. What is not a finite number is null.
nlohmann::ordered_json summary(const Options& options, const plasticity::RuleFile& rule,
                               const std::vector<FamilyResult>& results);

/// A table for people.
std::string table(const std::vector<FamilyResult>& results);

}  // namespace engram::demos
