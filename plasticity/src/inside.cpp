#include <engram/plasticity/inside.hpp>
#include <engram/plasticity/meta_loss.hpp>

#include <algorithm>
#include <cmath>
#include <limits>
#include <numbers>

ENGRAM_PLASTICITY_BEGIN
namespace {

using P = Value<double>;

LearnedRule<P> rule_of(const RuleSettings& settings, const Theta<Array<double>>& theta) {
  return {map_leaves(theta, [](const Array<double>& a) { return P(a); }), settings.batch_accumulation};
}

std::array<P, 7> outputs_of(const SynapticSignals<P>& s) {
  return {s.delta, s.alpha, s.beta, s.alpha_bar, s.beta_bar, s.alpha_lat, s.beta_lat};
}

/// A layer's (examples x neurons), row by row, as a column.
auto column(const P& p) { return Eigen::Map<const Eigen::ArrayXd>(p.data(), p.shape().size()); }

double angle(const Array<double>& a, const Array<double>& b) {
  const double lengths = std::sqrt(a.square().sum() * b.square().sum());
  if (!(lengths > 0)) return std::numeric_limits<double>::quiet_NaN();
  return std::acos(std::clamp((a * b).sum() / lengths, -1.0, 1.0)) * 180 / std::numbers::pi;
}

}  // namespace

std::array<RuleSlice, 3> rule_slices(const RuleSettings& settings, const Theta<Array<double>>& theta,
                                     double reach, Index points, std::array<double, 3> base) {
  if (points < 2) autodiff::fail("rule_slices", "{} points: a slice has at least 2", points);
  const auto rule = rule_of(settings, theta);
  std::array<RuleSlice, 3> slices;
  for (std::size_t k = 0; k < 3; ++k) {
    // One example, and a neuron for each point.
    std::array<Array<double>, 3> inputs;
    for (std::size_t i = 0; i < 3; ++i) inputs[i] = Array<double>::Constant(1, points, base[i]);
    for (Index i = 0; i < points; ++i) {
      inputs[k](0, i) = reach * (2 * static_cast<double>(i) / static_cast<double>(points - 1) - 1);
      slices[k].at.push_back(inputs[k](0, i));
    }
    const auto out = outputs_of(rule({P(inputs[0]), P(inputs[1]), P(inputs[2]), P(inputs[0]), false}));
    slices[k].outputs.resize(points, 7);
    for (std::size_t o = 0; o < 7; ++o) slices[k].outputs.col(static_cast<Index>(o)) = column(out[o]);
  }
  return slices;
}

RuleSamples rule_samples(const Network& network, const RuleSettings& settings,
                         const Theta<Array<double>>& theta, const Episode<Array<double>>& episode,
                         Index steps, Index every) {
  if (every < 1) autodiff::fail("rule_samples", "every {} steps; at least 1 is needed", every);
  const auto rule = rule_of(settings, theta);
  const auto e = map_leaves(episode, [](const Array<double>& a) { return P(a); });
  std::vector<StepSignals<P>> met;
  Synapses<P> synapses = e.start;
  for (Index t = 0; t < steps; ++t) {
    const auto batch = cut_steps(e.batches, t, 1, steps);
    if (t % every == 0) met.push_back(step_signals(network, settings, rule, synapses, batch));
    synapses = inner_step(network, settings, rule, synapses, batch);
  }
  Index rows = 0;
  for (const auto& s : met)
    for (std::size_t l = 1; l < s.local.size(); ++l) rows += s.local[l].z.shape().size();
  RuleSamples samples{Array<double>(rows, 3), Array<double>(rows, 7)};
  Index row = 0;
  for (const auto& s : met)
    for (std::size_t l = 1; l < s.local.size(); ++l) {
      const auto& local = s.local[l];
      const Index n = local.z.shape().size();
      const P inputs[] = {local.z, local.z_bar, local.z_lat};
      for (Index k = 0; k < 3; ++k) samples.inputs.col(k).segment(row, n) = column(inputs[k]);
      const auto out = outputs_of(s.synaptic[l]);
      for (std::size_t k = 0; k < 7; ++k)
        samples.outputs.col(static_cast<Index>(k)).segment(row, n) = column(out[k]);
      row += n;
    }
  return samples;
}

LearningAngles learning_angles(const Method& rule, const std::vector<Array<double>>& parameters,
                               const Episode<Array<double>>& episode, Index steps) {
  using V = Variable<double>;
  const Network& network = rule.network();
  const auto depth = static_cast<Index>(network.depth());
  const Synapses<Shape> shapes = synapse_shapes(network);
  LearningAngles angles{Array<double>(steps, depth), Array<double>(steps, depth)};
  std::vector<Array<double>> carry = flatten(episode.start);
  autodiff::Tape<double> tape;
  const auto constants = [&](const std::vector<Array<double>>& arrays) {
    std::vector<V> list;
    for (const auto& a : arrays) list.push_back(tape.constant(a));
    return list;
  };
  for (Index t = 0; t < steps; ++t) {
    tape.clear();
    const auto p = constants(parameters);
    const auto batches =
        map_leaves(episode.batches, [&](const Array<double>& a) { return tape.constant(a); });
    const StepData<V> data = cut_steps(step_data(batches, steps), t, 1, steps);
    std::vector<V> now;
    for (const auto& a : carry) now.push_back(tape.variable(a));
    const auto next = rule.step(std::span<const V>(now), data, std::span<const V>(p));
    if (next.size() != flatten(shapes).size())
      autodiff::fail("learning_angles", "the method is no plasticity rule: it carries {} matrices",
                     next.size());
    const auto weights = weights_of<V>(rule, now);
    const auto g = autodiff::gradient_values(mean_loss(network, weights, tape.constant(episode.labelled_x),
                                                       tape.constant(episode.labelled_targets)),
                                             weights);
    const auto synapses = unflatten(shapes, std::span<const V>(now));
    for (std::size_t l = 0; l < network.depth(); ++l) {
      const auto c = static_cast<Index>(l);
      angles.change(t, c) = angle(next[l].value() - now[l].value(), -g[l].array());
      angles.feedback(t, c) = network.direct_feedback ? std::numeric_limits<double>::quiet_NaN()
                                                      : angle(synapses.feedback[l].value(),
                                                              synapses.forward[l].value().transpose());
    }
    for (std::size_t k = 0; k < carry.size(); ++k) carry[k] = next[k].value();
  }
  return angles;
}

ENGRAM_PLASTICITY_END
