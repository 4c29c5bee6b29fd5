#include <engram/plasticity/settings.hpp>

#include <fmt/format.h>

#include <array>
#include <stdexcept>
#include <utility>

ENGRAM_PLASTICITY_BEGIN
namespace {

template <class Enum, std::size_t n>
using Names = std::array<std::pair<Enum, std::string_view>, n>;

constexpr Names<Activation, 3> activations{
    {{Activation::relu, "relu"}, {Activation::tanh, "tanh"}, {Activation::identity, "identity"}}};
constexpr Names<UpdateScale, 4> update_scales{{{UpdateScale::published, "published"},
                                               {UpdateScale::symmetric, "symmetric"},
                                               {UpdateScale::fan_in, "fan_in"},
                                               {UpdateScale::none, "none"}}};
constexpr Names<FeedbackWeights, 3> feedbacks{{{FeedbackWeights::none, "none"},
                                               {FeedbackWeights::fixed, "fixed"},
                                               {FeedbackWeights::plastic, "plastic"}}};

template <class Enum, std::size_t n>
std::string_view name_of(Enum value, const Names<Enum, n>& names) {
  for (const auto& [known, name] : names)
    if (known == value) return name;
  throw std::invalid_argument("[to_string] not one of the enum's values");
}

template <class Enum, std::size_t n>
Enum parse(const char* what, std::string_view text, const Names<Enum, n>& names) {
  std::string all;
  for (const auto& [value, name] : names) {
    if (name == text) return value;
    all += fmt::format("{}{}", all.empty() ? "" : ", ", name);
  }
  throw std::invalid_argument(fmt::format("[{}] unknown name '{}': choose one of {}", what, text, all));
}

}  // namespace

std::string_view to_string(Activation activation) { return name_of(activation, activations); }
std::string_view to_string(UpdateScale scale) { return name_of(scale, update_scales); }
std::string_view to_string(FeedbackWeights feedback) { return name_of(feedback, feedbacks); }
Activation parse_activation(std::string_view name) { return parse("activation", name, activations); }
UpdateScale parse_update_scale(std::string_view name) { return parse("update_scale", name, update_scales); }
FeedbackWeights parse_feedback(std::string_view name) { return parse("feedback", name, feedbacks); }

void validate(const RuleSettings& settings) {
  if (settings.width < 1)
    throw std::invalid_argument(
        fmt::format("[rule] width {} is impossible: it must be at least 1", settings.width));
}

ENGRAM_PLASTICITY_END
