#include "graph_facts.hpp"

#include "dependencies.hpp"

ENGRAM_PLASTICITY_BEGIN
namespace {

/// A recorded step, its sources numbered: every neuron's signals, then every weight.
class Facts {
 public:
  explicit Facts(const Specimen& specimen)
      : step(specimen, specimen.synapses(), specimen.batch()), found_(step.tape) {
    for (std::size_t l = 0; l < step.cut.size(); ++l) {
      first_neuron_.push_back(std::ssize(names_));
      const auto& s = step.cut[l];
      for (Index i = 0; i < s.z.columns(); ++i) names_.push_back(fmt::format("neuron {} of layer {}", i, l));
      for (const V& v : {s.z, s.z_bar, s.z_lat, s.x})
        found_.declare(v, [&](Index, Index i) { return neuron(l, i); });
    }
    first_weight_ = std::ssize(names_);
    const auto declare = [&](const char* set, const std::vector<V>& weights, std::size_t first) {
      for (std::size_t l = 0; l < weights.size(); ++l)
        found_.declare(weights[l], [&](Index j, Index i) {
          names_.push_back(fmt::format("{}^{}({},{})", set, l + first, j, i));
          return std::ssize(names_) - 1;
        });
    };
    declare("W", step.synapses.forward, 1);
    declare("W̄", step.synapses.feedback, 0);
    declare("W̿", step.synapses.lateral, 0);
    found_.follow();
  }

  Index neuron(std::size_t layer, Index i) const { return first_neuron_[layer] + i; }
  /// The source that a weight is.
  Index weight(const V& weights, Index j, Index i) const { return found_.of(weights, j, i).front(); }
  bool is_weight(Index source) const { return source >= first_weight_; }
  const std::string& name(Index source) const { return names_[static_cast<std::size_t>(source)]; }

  /// Checks that an entry depends on nothing but what is allowed.
  void check(CertificateClause& clause, const std::string& where, const V& v, Index row, Index column,
             const std::function<bool(Index source)>& allowed) const {
    Index wrong = -1;
    for (const Index source : found_.of(v, row, column))
      if (wrong < 0 && !allowed(source)) wrong = source;
    note(clause, wrong < 0, [&] {
      return CertificateFinding{where, "depends on " + name(wrong), found_.path(v, row, column, wrong)};
    });
  }

  RecordedStep step;

 private:
  RecordedDependencies found_;
  std::vector<std::string> names_;
  std::vector<Index> first_neuron_;
  Index first_weight_ = 0;
};

}  // namespace

CertificateClause neuron_local(const Specimen& specimen) {
  const Facts facts(specimen);
  const auto& step = facts.step;
  CertificateClause clause{"neuron-local", 0, 0, {}};
  const auto check = [&](const V& next, const V& weights, std::size_t before, std::size_t behind) {
    for (Index j = 0; j < weights.rows(); ++j)
      for (Index i = 0; i < weights.columns(); ++i) {
        const Index own = facts.weight(weights, j, i);
        facts.check(clause, facts.name(own), next, j, i, [&](Index source) {
          return source == own || source == facts.neuron(before, j) || source == facts.neuron(behind, i);
        });
      }
  };
  const Network& network = specimen.network;
  for (std::size_t l = 0; l < network.depth(); ++l) {
    check(step.next.forward[l], step.synapses.forward[l], l, l + 1);
    check(step.next.feedback[l], step.synapses.feedback[l], network.feedback_source(l), l);
  }
  for (std::size_t l = 0; l <= network.depth(); ++l) {
    check(step.next.lateral[l], step.synapses.lateral[l], l, l);
    for (const V& output : step.outputs_of(l))
      for (Index b = 0; b < output.rows(); ++b)
        for (Index i = 0; i < output.columns(); ++i)
          facts.check(clause, fmt::format("what {} gives", facts.name(facts.neuron(l, i))), output, b, i,
                      [&](Index source) { return source == facts.neuron(l, i); });
  }
  return clause;
}

CertificateClause no_weight_transport(const Specimen& specimen) {
  const Facts facts(specimen);
  CertificateClause clause{"no weight transport", 0, 0, {}};
  for (std::size_t l = 0; l < specimen.network.depth(); ++l) {
    const V& z_bar = facts.step.arriving[l];
    const V& own = facts.step.synapses.feedback[l];
    const Index first = facts.weight(own, 0, 0), last = facts.weight(own, own.rows() - 1, own.columns() - 1);
    for (Index b = 0; b < z_bar.rows(); ++b)
      for (Index i = 0; i < z_bar.columns(); ++i)
        facts.check(
            clause, fmt::format("z̄ of {}", facts.name(facts.neuron(l, i))), z_bar, b, i,
            [&](Index source) { return !facts.is_weight(source) || (source >= first && source <= last); });
  }
  return clause;
}

ENGRAM_PLASTICITY_END
