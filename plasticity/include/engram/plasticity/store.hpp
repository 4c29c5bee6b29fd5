/// Learned rules as files: versioned JSON, exact to the last bit.
///
///     {"format": "engram-rule-1",
///      "rule": {"kind": "learned", "width": 16, "batch_accumulation": true, "update_scale": "symmetric",
///               "activation": "tanh", "bias_neuron": true, "lateral": true, "feedback": "plastic"},
///      "theta": {"A": [[...], ...], "a": [...], "B": [[...], ...], "b": [...],
///                "C": [[...], ...], "c": [...], "s": [...]},
///      "manifest": {...}}
///
/// "lateral" and "feedback" may be missing, and then are as above. Matrices are lists of rows, A, B and C;
/// rows alone are flat lists. `theta_shapes` tells their sizes.
#pragma once

#include <engram/plasticity/format_error.hpp>
#include <engram/plasticity/theta.hpp>

#include <filesystem>
#include <string>
#include <string_view>

ENGRAM_PLASTICITY_BEGIN

/// A learned rule, as it is stored.
struct RuleFile {
  RuleSettings settings;
  Theta<autodiff::Array<double>> theta;
  /// How the rule was made, for people and for repetition: the text of any JSON object (configuration, seeds,
  /// version).
  std::string manifest = "{}";
};

/// Throws FormatError if the file cannot be read, is no complete JSON, no rule, of another version, of a
/// wrong shape, or holds numbers that are not finite.
RuleFile load_rule(const std::filesystem::path& path);
/// Writes atomically. Throws std::invalid_argument if theta does not fit the settings or is not finite, or if
/// the manifest is no JSON object; FileError if the file cannot be written.
void save_rule(const std::filesystem::path& path, const RuleFile& rule);

/// The same from text; `name` stands for the file in errors.
RuleFile parse_rule(std::string_view text, std::string_view name);
/// The text of a rule file. Throws std::invalid_argument like save_rule.
std::string format_rule(const RuleFile& rule);

ENGRAM_PLASTICITY_END
