#include "symmetries.hpp"

#include <numeric>

ENGRAM_PLASTICITY_BEGIN
namespace {

using Order = std::vector<Index>;
using Weights = Synapses<Array<double>>;

/// The first n numbers in a random order, those from n on in their place.
Order shuffled(Random& random, Index n, Index all) {
  Order order(static_cast<std::size_t>(all));
  std::iota(order.begin(), order.end(), Index{0});
  for (Index i = n; i > 1; --i)
    std::swap(order[static_cast<std::size_t>(i - 1)], order[random.integer(static_cast<std::uint64_t>(i))]);
  return order;
}

Array<double> reordered(const Array<double>& a, const Order& rows, const Order& columns) {
  Array<double> b(a.rows(), a.cols());
  for (Index r = 0; r < a.rows(); ++r)
    for (Index c = 0; c < a.cols(); ++c)
      b(r, c) = a(rows[static_cast<std::size_t>(r)], columns[static_cast<std::size_t>(c)]);
  return b;
}

Weights reordered(const Network& network, Weights w, const std::vector<Order>& neurons) {
  for (std::size_t l = 0; l < network.depth(); ++l) {
    w.forward[l] = reordered(w.forward[l], neurons[l], neurons[l + 1]);
    w.feedback[l] = reordered(w.feedback[l], neurons[network.feedback_source(l)], neurons[l]);
  }
  for (std::size_t l = 0; l <= network.depth(); ++l)
    w.lateral[l] = reordered(w.lateral[l], neurons[l], neurons[l]);
  return w;
}

Weights values(const Synapses<V>& synapses) {
  return map_leaves(synapses, [](const V& v) -> Array<double> { return v.value(); });
}

std::string name_of(const Network& network, std::size_t leaf) {
  const std::size_t depth = network.depth();
  if (leaf < depth) return fmt::format("W^{}", leaf + 1);
  if (leaf < 2 * depth) return fmt::format("W̄^{}", leaf - depth);
  return fmt::format("W̿^{}", leaf - 2 * depth);
}

/// Notes for every set of weights whether both are the same up to rounding.
void compare(CertificateClause& clause, const Network& network, const Weights& found, const Weights& expected,
             const std::string& what) {
  const auto a = flatten(found), b = flatten(expected);
  for (std::size_t k = 0; k < a.size(); ++k) {
    const double difference = (a[k] - b[k]).abs().maxCoeff();
    note(clause, difference <= 1e-10 * (1 + b[k].abs().maxCoeff()), [&] {
      return CertificateFinding{name_of(network, k), fmt::format("{}: off by {:.1e}", what, difference), ""};
    });
  }
}

/// Notes for every neuron but one whether it gives the same bits.
void compare(CertificateClause& clause, const RecordedStep& a, const RecordedStep& b,
             std::size_t changed_layer, Index changed, const std::string& what) {
  for (std::size_t l = 0; l < a.outputs.size(); ++l)
    for (Index i = 0; i < a.cut[l].z.columns(); ++i) {
      if (l == changed_layer && i == changed) continue;
      bool same = true;
      const auto x = a.outputs_of(l), y = b.outputs_of(l);
      for (std::size_t k = 0; k < x.size(); ++k)
        same = same && (x[k].value().col(i) == y[k].value().col(i)).all();
      note(clause, same, [&] {
        return CertificateFinding{fmt::format("neuron {} of layer {}", i, l),
                                  "gives something else when " + what, ""};
      });
    }
}

}  // namespace

CertificateClause local_to_the_bit(const Specimen& specimen) {
  CertificateClause clause{"local to the bit", 0, 0, {}};
  const Weights weights = specimen.synapses();
  const auto batch = specimen.batch();
  const RecordedStep step(specimen, weights, batch);
  const SignalValues signals = step.values();
  Random random = specimen.random.split("changes");
  for (std::size_t l = 0; l < signals.size(); ++l)
    for (Index i = 0; i < signals[l].z.cols(); ++i) {
      SignalValues changed = signals;
      for (auto* s : {&changed[l].z, &changed[l].z_bar, &changed[l].z_lat, &changed[l].x})
        s->col(i) = normal(random, s->rows(), 1).col(0);
      compare(clause, step, RecordedStep(specimen, weights, batch, &changed), l, i,
              fmt::format("the signals of neuron {} of layer {} change", i, l));
    }
  const Weights others =
      map_leaves(weights, [&](const Array<double>& w) { return normal(random, w.rows(), w.cols()); });
  compare(clause, step, RecordedStep(specimen, others, batch, &signals), signals.size(), 0,
          "the weights change and the signals do not");
  return clause;
}

CertificateClause alike(const Specimen& specimen) {
  CertificateClause clause{"alike", 0, 0, {}};
  const Network& network = specimen.network;
  Random random = specimen.random.split("orders");
  const Weights weights = specimen.synapses();
  const auto batch = specimen.batch();
  const Weights next = values(RecordedStep(specimen, weights, batch).next);

  std::vector<Order> neurons;
  for (std::size_t l = 0; l <= network.depth(); ++l)
    neurons.push_back(shuffled(random, network.sizes[l], network.neurons(l)));
  const Order in_place = shuffled(random, 0, batch.x.rows()),
              other = shuffled(random, batch.x.rows(), batch.x.rows());
  const Batches<Array<double>> renamed{reordered(batch.x, in_place, neurons.front()),
                                       reordered(batch.targets, in_place, neurons.back()), batch.mask};
  compare(clause, network, values(RecordedStep(specimen, reordered(network, weights, neurons), renamed).next),
          reordered(network, next, neurons), "neurons in another order");

  const auto later = map_leaves(
      batch, [&](const Array<double>& a) { return reordered(a, other, shuffled(random, 0, a.cols())); });
  compare(clause, network, values(RecordedStep(specimen, weights, later).next), next,
          "examples in another order");
  return clause;
}

CertificateClause product_form(const Specimen& specimen) {
  CertificateClause clause{"product form", 0, 0, {}};
  const Network& network = specimen.network;
  const RecordedStep step(specimen, specimen.synapses(), specimen.batch());
  const UpdateScale scale = specimen.settings.update_scale;
  const auto moved = [&](const V& w, const V& gain, double divisor, const V& before, const V& behind) {
    const auto a = before.value().leftCols(w.rows()).matrix(),
               b = behind.value().leftCols(w.columns()).matrix();
    const double factor = gain.item() / (static_cast<double>(before.rows()) * divisor);
    const Array<double> change = (a.transpose() * b).array() * factor;
    return Array<double>(w.value() + change);
  };
  Weights expected = values(step.synapses);
  const auto& out = step.outputs;
  for (std::size_t l = 0; l < network.depth(); ++l) {
    const V &w = step.synapses.forward[l], &w_bar = step.synapses.feedback[l];
    expected.forward[l] =
        moved(w, step.gains.forward, forward_divisor(scale, w.rows(), w.columns(), network.depth()),
              out[l].alpha, out[l + 1].beta);
    if (specimen.settings.feedback == FeedbackWeights::plastic)
      expected.feedback[l] = moved(w_bar, step.gains.feedback,
                                   feedback_divisor(scale, w_bar.rows(), w_bar.columns(), network.depth()),
                                   out[network.feedback_source(l)].alpha_bar, out[l].beta_bar);
  }
  for (std::size_t l = 0; specimen.settings.lateral && l <= network.depth(); ++l) {
    const V& w = step.synapses.lateral[l];
    expected.lateral[l] =
        moved(w, step.gains.lateral, feedback_divisor(scale, w.rows(), w.columns(), network.depth()),
              out[l].alpha_lat, out[l].beta_lat);
  }
  compare(clause, network, values(step.next), expected, "the change is not the mean of before times behind");
  return clause;
}

ENGRAM_PLASTICITY_END
