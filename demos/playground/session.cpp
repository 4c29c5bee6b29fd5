#include "session.hpp"

#include <algorithm>

namespace engram::demos::playground {

using namespace plasticity;
using P = Value<double>;

namespace {

/// Row by row.
Json flat(const Array<double>& a) { return std::vector<double>(a.data(), a.data() + a.size()); }

Json flat(const P& v) { return flat(Array<double>(v.array())); }

/// [low x, high x, low y, high y] around all points.
std::array<double, 4> box_of(const Episode& e) {
  constexpr double margin = 0.3;
  const auto low = [](const Array<double>& a, Index j) { return a.rows() > 0 ? a.col(j).minCoeff() : 0.0; };
  const auto high = [](const Array<double>& a, Index j) { return a.rows() > 0 ? a.col(j).maxCoeff() : 0.0; };
  std::array<double, 4> box{};
  double side = 0;
  for (Index j = 0; j < 2; ++j) {
    const auto k = static_cast<std::size_t>(2 * j);
    box[k] = std::min(low(e.query_x, j), low(e.batches.x, j)) - margin;
    box[k + 1] = std::max(high(e.query_x, j), high(e.batches.x, j)) + margin;
    side = std::max(side, box[k + 1] - box[k]);
  }
  for (std::size_t k = 0; k < 4; k += 2) {  // a square
    const double middle = (box[k] + box[k + 1]) / 2;
    box[k] = middle - side / 2, box[k + 1] = middle + side / 2;
  }
  return box;
}

}  // namespace

Json Session::load(const std::string& id, const std::string& file, const std::string& text) {
  RuleFile rule = parse_rule(text, file);
  compiled_ = {};
  const Json told{{"kind", rule.kind}, {"activation", std::string(to_string(rule.settings.activation))}};
  rules_.insert_or_assign(id, std::move(rule));
  return told;
}

template <class S>
const Steps<S>& Session::steps_for(const std::string& key, const Way& way, const EpisodeSettings& settings) {
  constexpr std::size_t most = 12;
  auto& compiled = std::get<Compiled<S>>(compiled_);
  const auto found = compiled.find(key);
  if (found != compiled.end()) return *found->second;
  if (compiled.size() >= most) compiled.clear();
  return *compiled.emplace(key, std::make_unique<Steps<S>>(way, settings)).first->second;
}

Json Session::learn(const Json& request) {
  const Network network = playground::network_of(request, rules_);
  Drawn drawn = draw(request, network);
  const EpisodeSettings& s = drawn.settings;
  const bool cut = request.at("cut_feedback").get<bool>();
  const Random random = Random(request.at("seed").get<std::uint64_t>()).split("shuffle");
  std::vector<Way> ways;
  std::vector<Course> courses;
  Json learners = Json::array();
  for (const Json& learner : request.at("learners")) {
    ways.push_back(way_of(learner, cut, network, rules_));
    Json form = learner;
    form.erase("step");  // an input
    const std::string key = Json{form,
                                 cut,
                                 network.sizes,
                                 std::string(to_string(network.activation)),
                                 network.bias_neuron,
                                 s.labelled,
                                 s.unlabelled,
                                 s.query}
                                .dump();
    const auto course = [&](const auto& compiled) {
      return compiled(ways.back().parameters, drawn.episode, s.steps, request.at("shuffle_at").get<Index>(),
                      random);
    };
    courses.push_back(request.at("draft").get<bool>() ? course(steps_for<float>(key, ways.back(), s))
                                                      : course(steps_for<double>(key, ways.back(), s)));
    learners.push_back({{"accuracy", courses.back().accuracy}, {"loss", courses.back().loss}});
  }
  network_ = network;
  drawn_ = std::move(drawn);
  ways_ = std::move(ways);
  courses_ = std::move(courses);
  box_ = box_of(drawn_->episode);
  const Episode& e = drawn_->episode;
  std::vector<int> classes;
  for (Index i = 0; i < e.labelled_targets.rows(); ++i) classes.push_back(e.labelled_targets(i, 1) > 0.5);
  Json told{{"learners", learners},
            {"labelled", flat(e.labelled_x)},
            {"classes", classes},
            {"per_step", drawn_->settings.unlabelled},
            {"box", box_},
            {"sizes", network_.sizes},
            {"bias", network_.bias_neuron}};
  if (!request.at("draft").get<bool>()) told["unlabelled"] = flat(unlabelled_points(e));
  return told;
}

std::vector<float> Session::boundary(std::size_t learner, std::size_t step, Index grid) const {
  Array<double> x(grid * grid, 2);
  for (Index i = 0; i < grid; ++i)
    for (Index j = 0; j < grid; ++j) {
      const auto at = [&](Index k, std::size_t axis) {
        return box_[axis] +
               (box_[axis + 1] - box_[axis]) * (static_cast<double>(k) + 0.5) / static_cast<double>(grid);
      };
      x.row(i * grid + j) << at(j, 0), at(i, 2);
    }
  const std::vector<P> carry = courses_.at(learner).carry(step);
  const std::vector<P> weights(carry.begin(), carry.begin() + static_cast<std::ptrdiff_t>(network_.depth()));
  const P p = softmax(logits(network_, weights, P(x)));
  std::vector<float> b(static_cast<std::size_t>(grid * grid));
  for (std::size_t i = 0; i < b.size(); ++i) b[i] = static_cast<float>(p.array()(static_cast<Index>(i), 1));
  return b;
}

Json Session::inside(std::size_t learner, std::size_t step) const {
  const std::vector<P> carry = courses_.at(learner).carry(step);
  const std::size_t depth = network_.depth();
  Json told{{"forward", Json::array()},
            {"feedback", Json::array()},
            {"lateral", Json::array()},
            {"layers", Json::array()}};
  for (std::size_t l = 0; l < depth; ++l) told["forward"].push_back(flat(carry[l]));
  if (carry.size() != 3 * depth + 1 || !drawn_) return told;
  for (std::size_t l = depth; l < 2 * depth; ++l) told["feedback"].push_back(flat(carry[l]));
  for (std::size_t l = 2 * depth; l < carry.size(); ++l) told["lateral"].push_back(flat(carry[l]));
  if (!ways_[learner].signals) return told;
  const auto batches = map_leaves(drawn_->episode.batches, [](const Array<double>& a) { return P(a); });
  const Index steps = drawn_->settings.steps, next = std::min(static_cast<Index>(step), steps - 1);
  const auto signals = ways_[learner].signals(unflatten(synapse_shapes(network_), std::span(carry)),
                                              cut_steps(batches, next, 1, steps));
  for (std::size_t l = 0; l <= depth; ++l) {
    const auto& in = signals.local[l];
    const auto& out = signals.synaptic[l];
    told["layers"].push_back({{"z", flat(in.z)},
                              {"z_bar", flat(in.z_bar)},
                              {"z_lat", flat(in.z_lat)},
                              {"delta", flat(out.delta)},
                              {"alpha", flat(out.alpha)},
                              {"beta", flat(out.beta)},
                              {"alpha_bar", flat(out.alpha_bar)},
                              {"beta_bar", flat(out.beta_bar)},
                              {"alpha_lat", flat(out.alpha_lat)},
                              {"beta_lat", flat(out.beta_lat)}});
  }
  return told;
}

}  // namespace engram::demos::playground
