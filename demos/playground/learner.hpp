/// How a network of the playground learns, one step at a time, so that its weights can be seen, and hurt, in
/// between.
#pragma once

#include <engram/plasticity/evaluate.hpp>
#include <engram/plasticity/store.hpp>

#include "task.hpp"

#include <map>
#include <optional>
#include <variant>

namespace engram::demos::playground {

/// A method with its parameters, and what a neuron's signals are by it: none for descents.
struct Way {
  plasticity::Method method;
  std::vector<Array<double>> parameters;
  std::function<plasticity::StepSignals<autodiff::Value<double>>(
      const plasticity::Synapses<autodiff::Value<double>>&,
      const plasticity::Batches<autodiff::Value<double>>&)>
      signals;
};

/// Rules by the names under which they were loaded.
using Rules = std::map<std::string, plasticity::RuleFile, std::less<>>;

/// The network that the request asks for: "hidden" neurons in each of "layers" layers. If there is a rule
/// among "learners", it is of that rule's kind.
plasticity::Network network_of(const Json& request, const Rules& rules);
/// One of the request's "learners": {"kind": "rule", "rule": NAME}, or kind "sgd", "adam", "entropy",
/// "feedback_alignment" or "hebb" with a "step". With "cut_feedback" nothing comes down the feedback weights.
/// Throws std::invalid_argument.
Way way_of(const Json& learner, bool cut_feedback, const plasticity::Network& network, const Rules& rules);

template <class S>
using Carries = std::vector<std::vector<autodiff::Value<S>>>;

/// What a network went through, before the first step and after each.
struct Course {
  std::vector<double> accuracy, loss;
  std::variant<Carries<float>, Carries<double>> carries;

  /// The carry after a step. Throws std::out_of_range.
  std::vector<autodiff::Value<double>> carry(std::size_t step) const;
};

/// A way to learn, compiled for batches of one size and for so many points to judge by. It computes in `S`:
/// float is what one wants while a point is dragged, double is what all other programs compute.
template <class S>
class Steps {
 public:
  Steps(const Way& way, const plasticity::EpisodeSettings& settings);
  /// Learns; after `shuffle_at` steps, if that is not negative, the lateral weights of each layer change
  /// places.
  Course operator()(const std::vector<Array<double>>& parameters, const Episode& episode, Index steps,
                    Index shuffle_at, const plasticity::Random& random) const;

 private:
  plasticity::Method method_;
  autodiff::Function<S> start_, step_, judge_;
};
extern template class Steps<float>;
extern template class Steps<double>;

}  // namespace engram::demos::playground
