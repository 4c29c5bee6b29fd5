/// The kinds of rules that there are, by name: what files, experiments and command lines find them in.
///
/// A kind is a class that makes a rule of its parameters, such as MakeHebb, with
///
///     static constexpr std::string_view kind;  // its name
///     // in files, in the order of parameters()
///     static constexpr std::array<const char*, n> parameter_names;
///     static constexpr bool has_network;         // whether the rule is a network of its own
///     static MakeHebb of(const RuleSettings&);  // made for these settings
#pragma once

#include <engram/plasticity/certificate.hpp>
#include <engram/plasticity/registry.hpp>

ENGRAM_PLASTICITY_BEGIN

/// A kind of rule.
struct RuleKind {
  std::string_view name;
  std::vector<const char*> parameter_names;
  /// Whether it has a width and accumulates over the batch; the other settings are those of every kind.
  bool has_network;
  std::vector<Shape> (*shapes)(const RuleSettings& settings);
  Method (*method)(const Network& network, const RuleSettings& settings);
  Certificate (*certify)(const RuleSettings& settings, const std::vector<Array<double>>& parameters);
};

/// All kinds. A new one is a line in kinds.cpp.
const std::vector<RuleKind>& rule_kinds();
/// The kind of that name. Throws std::invalid_argument that lists the known ones.
const RuleKind& rule_kind(std::string_view name);

ENGRAM_PLASTICITY_END
