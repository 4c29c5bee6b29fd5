/// Rules of any kind as files: versioned JSON, exact to the last bit.
///
///     {"format": "engram-rule-1",
///      "rule": {"kind": "learned", "width": 16, "batch_accumulation": true, "update_scale": "symmetric",
///               "activation": "tanh", "bias_neuron": true, "lateral": true, "feedback": "plastic"},
///      "theta": {"A": [[...], ...], "a": [...], "B": [[...], ...], "b": [...],
///                "C": [[...], ...], "c": [...], "s": [...]},
///      "manifest": {...}}
///
/// Kinds that are no network of their own have no width and no accumulation; `RuleKind` tells what is in
/// theta. Matrices are lists of rows; rows alone are flat lists.
#pragma once

#include <engram/plasticity/format_error.hpp>
#include <engram/plasticity/method.hpp>
#include <engram/plasticity/theta.hpp>

#include <filesystem>
#include <string>
#include <string_view>

ENGRAM_PLASTICITY_BEGIN

/// A rule, as it is stored.
struct RuleFile {
  std::string kind = "learned";  ///< see rules/kinds.hpp
  RuleSettings settings;
  std::vector<Array<double>> parameters;  ///< in the order of the kind's names
  /// How the rule was made, for people and for repetition: the text of any JSON object (configuration, seeds,
  /// version).
  std::string manifest = "{}";

  /// The rule at work in a network.
  Method method(const Network& network) const;
  /// θ of a learned rule. Throws std::invalid_argument if the rule is of another kind.
  Theta<Array<double>> theta() const;
};

/// Throws FormatError if the file cannot be read, is no complete JSON, no rule, of another version, of a
/// wrong shape, holds numbers that are not finite, or anything that no such file has.
RuleFile load_rule(const std::filesystem::path& path);
/// Writes atomically. Throws std::invalid_argument if the kind is unknown, the parameters do not fit the
/// settings or are not finite, or the manifest is no JSON object; FileError if the file cannot be written.
void save_rule(const std::filesystem::path& path, const RuleFile& rule);

/// The same from text; `name` stands for the file in errors.
RuleFile parse_rule(std::string_view text, std::string_view name);
/// The text of a rule file. Throws std::invalid_argument like save_rule.
std::string format_rule(const RuleFile& rule);

ENGRAM_PLASTICITY_END
