/// What distinguishes one learned rule from another before any number is trained: enums and plain settings.
#pragma once

#include <engram/plasticity/setting.hpp>

ENGRAM_PLASTICITY_BEGIN

/// The inner network's nonlinearity.
enum class Activation { relu, tanh, identity };
/// Its values' names.
constexpr auto names_of(Activation) { return std::array<std::string_view, 3>{"relu", "tanh", "identity"}; }

/// What an update is divided by. With r rows and c columns in the weight matrix and L weight layers:
///
///     published   L r sqrt(c) for W, L sqrt(r) for the top-down and lateral weights (most likely as printed)
///     symmetric   L sqrt(r c) for all three
///     fan_in      L sqrt(r) for all three
///     none        1: for rules whose step size is tuned
enum class UpdateScale { published, symmetric, fan_in, none };
/// Its values' names.
constexpr auto names_of(UpdateScale) {
  return std::array<std::string_view, 4>{"published", "symmetric", "fan_in", "none"};
}

/// What the feedback weights do: they bring nothing down, or they stay as they were drawn, or they learn.
enum class FeedbackWeights { none, fixed, plastic };
/// Its values' names.
constexpr auto names_of(FeedbackWeights) {
  return std::array<std::string_view, 3>{"none", "fixed", "plastic"};
}

/// The form of a learned rule. A rule is only meaningful together with the settings it was trained under.
struct RuleSettings {
  int width = 16;
  bool batch_accumulation = true;
  UpdateScale update_scale = UpdateScale::symmetric;
  Activation activation = Activation::tanh;
  bool bias_neuron = true;
  bool lateral = true;
  FeedbackWeights feedback = FeedbackWeights::plastic;

  static constexpr auto members = std::tuple{
      setting("width", &RuleSettings::width, "width of both tanh layers of the rule's own network",
              {1, 10'000})
          .as("rule_width"),
      setting("batch_accumulation", &RuleSettings::batch_accumulation,
              "whether the rule's second layer also sees the first one's mean over the batch"),
      setting("update_scale", &RuleSettings::update_scale, "what updates are divided by"),
      setting("activation", &RuleSettings::activation, "nonlinearity of the network that learns"),
      setting("bias_neuron", &RuleSettings::bias_neuron,
              "whether every layer but the last has one neuron more, which is always on"),
      setting("lateral", &RuleSettings::lateral,
              "whether neurons hear their own layer; else z̿ is 0, and lateral weights stay as they are"),
      setting("feedback", &RuleSettings::feedback, "what the feedback weights do")};

  bool operator==(const RuleSettings&) const = default;
};

/// Throws std::invalid_argument unless all settings are within their bounds.
inline void validate(const RuleSettings& settings) { check_bounds("rule", settings); }

ENGRAM_PLASTICITY_END
