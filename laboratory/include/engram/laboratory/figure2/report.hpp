/// The results of Figure 2 for people and for programs.
#pragma once

#include <engram/laboratory/figure2/contest.hpp>

#include <nlohmann/json.hpp>

namespace engram::laboratory {

/// Every method after the last step, and backprop's settings.
Table figure2_table(const Options& options, const std::vector<FamilyResult>& results);

/// For each family the accuracy and training loss of the rule and of backprop's two baselines after the last
/// step, and the paired gains over both and over the settings that have the highest accuracy in tuning; what
/// is said of the paper's claims; then the settings. What is not a finite number is null.
nlohmann::ordered_json figure2_summary(const Options& options, const std::vector<FamilyResult>& results);

/// Writes figure2.{csv,svg,png}, the tables and report.html, and prints the tables.
void report_figure2(Laboratory& lab, const std::vector<Contestant>& contestants,
                    const std::vector<FamilyResult>& results);

}  // namespace engram::laboratory
