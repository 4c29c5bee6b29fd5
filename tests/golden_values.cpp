/// Checks engram against reference values: `golden_values FILE...` for any files of the format
/// engram-golden-1.
///
/// For each file and both precisions it prints the largest relative error of the first step's signals, of the
/// weights after every step, of the meta-loss and of its gradient, relative to the largest magnitude in the
/// array compared. ENGRAM_TEST_TARGET chooses the kernels' instruction set. Exits with 1 if one is over
/// tolerance, with 2 if a file cannot be read.
#include <engram/autodiff/autodiff.hpp>
#include <engram/plasticity/meta_loss.hpp>
#include <engram/plasticity/rules/learned_loss.hpp>

#include "support/targets.hpp"

#include <fmt/core.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <cmath>
#include <fstream>

namespace ad = engram::autodiff;
using namespace engram::plasticity;
using nlohmann::json;

namespace {

struct Tolerance {
  double values, gradient;
};

Array<double> array_of(const json& j) {
  if (!j.is_array()) return Array<double>::Constant(1, 1, j.get<double>());
  if (j.empty() || !j[0].is_array()) {  // a flat list is a row
    Array<double> row(1, static_cast<Index>(j.size()));
    for (std::size_t c = 0; c < j.size(); ++c) row(0, static_cast<Index>(c)) = j[c].get<double>();
    return row;
  }
  Array<double> m(static_cast<Index>(j.size()), static_cast<Index>(j[0].size()));
  for (std::size_t r = 0; r < j.size(); ++r) {
    if (j[r].size() != j[0].size()) throw std::runtime_error("rows of a matrix differ in length");
    for (std::size_t c = 0; c < j[r].size(); ++c)
      m(static_cast<Index>(r), static_cast<Index>(c)) = j[r][c].get<double>();
  }
  return m;
}

std::vector<Array<double>> arrays_of(const json& list) {
  std::vector<Array<double>> arrays;
  for (const auto& j : list) arrays.push_back(array_of(j));
  return arrays;
}

Synapses<Array<double>> synapses_of(const json& j) {
  return {arrays_of(j.at("W")), arrays_of(j.at("W_bar")), arrays_of(j.at("W_lat"))};
}

Theta<Array<double>> theta_of(const json& j) {
  Theta<Array<double>> theta;
  for (std::size_t i = 0; i < theta.members.size(); ++i)
    theta.*theta.members[i] = array_of(j.at(theta.names[i]));
  return theta;
}

struct Case {
  Network network;
  RuleSettings settings;
  Index every, steps;
  Theta<Array<double>> theta;
  Episode<Array<double>> episode;
  json expected;
};

Case case_of(const json& j) {
  const json& cfg = j.at("config");
  Case c;
  c.settings.width = cfg.at("rule_width");
  c.settings.batch_accumulation = cfg.at("batch_accumulation");
  c.settings.activation = parse_name<Activation>("activation", cfg.at("activation").get<std::string>());
  c.settings.update_scale =
      parse_name<UpdateScale>("update_scale", cfg.at("update_scale").get<std::string>());
  c.settings.bias_neuron = cfg.at("bias_neuron");
  c.network = {cfg.at("sizes").get<std::vector<Index>>(), c.settings.activation, c.settings.bias_neuron};
  c.every = cfg.at("objective_every");
  c.theta = theta_of(j.at("theta"));
  c.expected = j.at("expected");

  const int classes = static_cast<int>(c.network.sizes.back());
  const auto labels = [](const json& y) {
    std::vector<int> list;
    for (const auto& v : y) list.push_back(v.is_null() ? -1 : v.get<int>());
    return list;
  };
  c.episode.start = synapses_of(j.at("state"));
  c.episode.query_x = array_of(j.at("query").at("x"));
  c.episode.query_targets = ad::one_hot<double>(labels(j.at("query").at("y")), classes);
  const json& batches = j.at("batches");
  c.steps = static_cast<Index>(batches.size());
  const auto rows = static_cast<Index>(batches.at(0).at("x").size());
  auto& b = c.episode.batches;
  b.x.resize(c.steps * rows, c.network.sizes.front());
  b.targets.resize(c.steps * rows, classes);
  for (Index t = 0; t < c.steps; ++t) {
    const json& batch = batches[static_cast<std::size_t>(t)];
    b.x.middleRows(t * rows, rows) = array_of(batch.at("x"));
    b.targets.middleRows(t * rows, rows) = ad::one_hot<double>(labels(batch.at("y")), classes);
  }
  b.mask = b.targets.rowwise().sum();
  return c;
}

/// Largest difference, relative to the largest expected magnitude.
class Error {
 public:
  template <class Found>
  void add(const Found& found, const Array<double>& expected) {
    if (found.rows() != expected.rows() || found.cols() != expected.cols())
      throw std::runtime_error(fmt::format("a result is {}x{}, the reference {}x{}", found.rows(),
                                           found.cols(), expected.rows(), expected.cols()));
    const double scale = expected.abs().maxCoeff();
    const double difference = (found.template cast<double>() - expected).abs().maxCoeff();
    const double error = difference == 0 ? 0 : difference / std::max(scale, 1e-300);
    if (!(error <= largest_)) largest_ = error;  // a NaN stays
  }
  double largest() const { return largest_; }

 private:
  double largest_ = 0;
};

template <class S>
bool check(const Case& c, Tolerance tolerance, const char* precision) {
  using V = ad::Variable<S>;
  using P = ad::Value<S>;
  const auto plain = [](const Array<double>& a) { return P(a.cast<S>()); };
  const auto theta = map_leaves(c.theta, plain);
  const auto episode = map_leaves(c.episode, plain);
  const json& expected = c.expected;

  // The first step's signals.
  Error signals;
  const LearnedRule<P> rule(theta, c.settings.batch_accumulation);
  const auto rows = episode.batches.x.rows() / c.steps;
  const auto batch = [&](Index t) {
    return map_leaves(episode.batches, [&](const P& m) { return slice_rows(m, t * rows, rows); });
  };
  const auto first = step_signals(c.network, {}, rule, episode.start, batch(0));
  const json& trace = expected.at("first_step");
  for (std::size_t l = 0; l < first.local.size(); ++l) {
    const auto& local = first.local[l];
    const auto& out = first.synaptic[l];
    signals.add(local.z.array(), array_of(trace.at("z")[l]));
    signals.add(local.z_bar.array(), array_of(trace.at("z_bar")[l]));
    signals.add(local.z_lat.array(), array_of(trace.at("z_lat")[l]));
    const json& o = trace.at("outputs")[l];
    const std::pair<const char*, const P*> outputs[7] = {
        {"delta", &out.delta},         {"alpha", &out.alpha},       {"beta", &out.beta},
        {"alpha_bar", &out.alpha_bar}, {"beta_bar", &out.beta_bar}, {"alpha_lat", &out.alpha_lat},
        {"beta_lat", &out.beta_lat}};
    for (const auto& [name, found] : outputs) signals.add(found->array(), array_of(o.at(name)));
  }

  // The weights after every step.
  Error weights;
  auto synapses = episode.start;
  for (Index t = 0; t < c.steps; ++t) {
    synapses = inner_step(c.network, c.settings.update_scale, rule, synapses, batch(t));
    const auto found = flatten(synapses);
    const auto wanted = flatten(synapses_of(expected.at("states")[static_cast<std::size_t>(t)]));
    for (std::size_t i = 0; i < found.size(); ++i) weights.add(found[i].array(), wanted[i]);
  }

  // The meta-loss and its gradient: recorded through the loop, and compiled.
  Error loss, gradient;
  const Array<double> expected_loss = array_of(expected.at("meta_loss"));
  const auto expected_gradient = flatten(theta_of(expected.at("d_theta")));
  ad::Tape<S> tape;
  const auto record = [&](const P& p) { return tape.variable(p); };
  const auto recorded_theta = map_leaves(theta, record);
  const V recorded =
      meta_loss(c.network, c.settings, recorded_theta, map_leaves(episode, record), c.steps, c.every);
  loss.add(recorded.value(), expected_loss);
  const auto recorded_gradient = ad::gradient_values(recorded, flatten(recorded_theta));
  for (std::size_t i = 0; i < expected_gradient.size(); ++i)
    gradient.add(recorded_gradient[i].array(), expected_gradient[i]);

  std::vector<P> inputs = flatten(theta);
  const std::size_t parameters = inputs.size();
  for (const P& p : flatten(episode)) inputs.push_back(p);
  std::vector<ad::Shape> shapes;
  for (const P& p : inputs) shapes.push_back(p.shape());
  const auto compiled = ad::compile<S>(
      [&](std::span<const V> in) {
        const auto t = unflatten(theta, in.first(parameters));
        const V l =
            meta_loss(c.network, c.settings, t, unflatten(episode, in.subspan(parameters)), c.steps, c.every);
        std::vector<V> results = ad::gradient(l, flatten(t));
        results.push_back(l);
        return results;
      },
      shapes)(inputs);
  loss.add(compiled.back().array(), expected_loss);
  for (std::size_t i = 0; i < expected_gradient.size(); ++i)
    gradient.add(compiled[i].array(), expected_gradient[i]);

  const bool passed = signals.largest() <= tolerance.values && weights.largest() <= tolerance.values &&
                      loss.largest() <= tolerance.values && gradient.largest() <= tolerance.gradient;
  fmt::print("  {:6}  signals {:.1e}  weights {:.1e}  meta-loss {:.1e}  gradient {:.1e}  {}\n", precision,
             signals.largest(), weights.largest(), loss.largest(), gradient.largest(),
             passed ? "ok" : "OVER TOLERANCE");
  return passed;
}

}  // namespace

int main(int argc, char** argv) {
  engram::test::select_target_of_environment();
  if (argc < 2) {
    fmt::print(stderr, "usage: golden_values FILE...   (JSON files of the format engram-golden-1)\n");
    return 2;
  }
  constexpr Tolerance in_double{1e-12, 1e-10}, in_float{1e-3, 1e-2};
  fmt::print(
      "largest relative errors; tolerances: double {:.0e}, gradient {:.0e}; float {:.0e}, gradient {:.0e}\n",
      in_double.values, in_double.gradient, in_float.values, in_float.gradient);
  bool passed = true;
  int checked = 0;
  for (int i = 1; i < argc; ++i) {
    try {
      std::ifstream file(argv[i]);
      if (!file) throw std::runtime_error("cannot be opened");
      const json j = json::parse(file);
      if (j.is_array()) {  // the list that the reference's generator reads
        fmt::print("{}: a list of cases, no values; passed over\n", argv[i]);
        continue;
      }
      if (j.value("format", "") != "engram-golden-1")
        throw std::runtime_error("is not of the format engram-golden-1");
      const Case c = case_of(j);
      fmt::print("{}\n", argv[i]);
      passed = check<double>(c, in_double, "double") && passed;
      passed = check<float>(c, in_float, "float") && passed;
      ++checked;
    } catch (const std::exception& e) {
      fmt::print(stderr, "golden_values: {}: {}\n", argv[i], e.what());
      return 2;
    }
  }
  if (checked == 0) {
    fmt::print(stderr, "golden_values: none of the files holds values\n");
    return 2;
  }
  return passed ? 0 : 1;
}
