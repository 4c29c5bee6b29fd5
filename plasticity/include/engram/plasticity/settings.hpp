/// What distinguishes one learned rule from another before any number is trained: enums and plain settings.
#pragma once

#include <engram/plasticity/version.hpp>

#include <string_view>

ENGRAM_PLASTICITY_BEGIN

/// The inner network's nonlinearity.
enum class Activation { relu, tanh, identity };

/// By what an update is divided. With r rows and c columns in the weight matrix and L weight layers:
///
///     published   L r sqrt(c) for W, L sqrt(r) for the top-down and lateral weights (most likely as printed)
///     symmetric   L sqrt(r c) for all three
///     fan_in      L sqrt(r) for all three
///     none        1: for rules whose step size is tuned
enum class UpdateScale { published, symmetric, fan_in, none };

/// What the feedback weights do: nothing comes down; or what they bring stays as it was drawn; or they learn.
enum class FeedbackWeights { none, fixed, plastic };

/// The name of an activation, as rule files have it.
std::string_view to_string(Activation activation);
/// The name of an update scale, likewise.
std::string_view to_string(UpdateScale scale);
/// The name of what feedback weights do, likewise.
std::string_view to_string(FeedbackWeights feedback);

/// The reverse of `to_string`. Throws std::invalid_argument that lists the known names.
Activation parse_activation(std::string_view name);
/// The same for update scales.
UpdateScale parse_update_scale(std::string_view name);
/// The same for feedback weights.
FeedbackWeights parse_feedback(std::string_view name);

/// The form of a learned rule. A rule is only meaningful together with the settings it was trained under.
struct RuleSettings {
  int width = 16;                  ///< of the rule's two tanh layers
  bool batch_accumulation = true;  ///< the second layer also sees the first one's mean over the batch
  UpdateScale update_scale = UpdateScale::symmetric;
  Activation activation = Activation::tanh;  ///< of the inner network
  bool bias_neuron = true;                   ///< every inner layer but the last has one always-on neuron more
  bool lateral = true;  ///< neurons hear their own layer; else z̿ is 0, and lateral weights stay as they are
  FeedbackWeights feedback = FeedbackWeights::plastic;

  bool operator==(const RuleSettings&) const = default;
};

/// Throws std::invalid_argument unless the width is at least 1.
void validate(const RuleSettings& settings);

ENGRAM_PLASTICITY_END
