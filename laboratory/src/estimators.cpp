#include <engram/laboratory/estimators.hpp>
#include <engram/plasticity/evolution.hpp>
#include <engram/plasticity/rules/learned.hpp>

#include <fmt/format.h>

namespace engram::laboratory {

using namespace plasticity;
using Json = nlohmann::ordered_json;
using Parameters = std::vector<Array<double>>;

namespace {

struct Estimator {
  std::string name, title;
  Index window = 0;
  bool evolution = false;
};

std::vector<Estimator> estimators(const MetaSettings& s) {
  std::vector<Estimator> all{{"full", "full"}};
  for (const Index window : {5, 10, 25})
    if (window < s.episode.steps)
      all.push_back(
          {fmt::format("truncated_{}", window), fmt::format("truncated to {} steps", window), window});
  all.push_back({"es", "evolution strategies", 0, true});
  for (const Index window : {5, 10, 25})
    if (window % s.objective_every == 0 && s.episode.steps % window == 0 && window < s.episode.steps)
      all.push_back(
          {fmt::format("pes_{}", window), fmt::format("persistent ES, windows of {}", window), window, true});
  return all;
}

/// Draws of an estimate, each over one outer step's number of tasks.
std::vector<Parameters> draws(const Estimator& e, const MetaSettings& s, const Parameters& at,
                              const TaskFamily& family, std::size_t count, const Random& random) {
  const Method method = learned_method(s.network, s.rule);
  std::vector<Parameters> all;
  const auto collect = [&](const auto& estimate) {
    for (std::size_t i = 0; i < count; ++i) {
      const Random tasks = random.split("tasks").split(i);
      all.push_back(
          estimate([&, tasks](std::size_t k) { return draw_trial(family, s.network, s.episode, tasks, k); },
                   random.split("perturbations").split(i))
              .gradient);
    }
  };
  if (e.evolution) {
    EvolutionStrategies<float> gradient(method, s.episode, s.objective_every, e.window);
    collect([&](const DrawEpisode& draw, const Random& r) { return gradient(at, s.tasks, draw, {}, r); });
  } else {
    MetaGradient<float> gradient(method, s.episode, s.objective_every, e.window);
    collect([&](const DrawEpisode& draw, const Random&) { return gradient(at, s.tasks, draw); });
  }
  return all;
}

Parameters mean_gradient(const std::vector<Parameters>& draws) {
  Parameters mean = draws.at(0);
  for (std::size_t i = 1; i < draws.size(); ++i)
    for (std::size_t k = 0; k < mean.size(); ++k) mean[k] += draws[i][k];
  for (auto& leaf : mean) leaf /= static_cast<double>(draws.size());
  return mean;
}

Json leaves_to_json(const Parameters& parameters) {
  Json leaves = Json::array();
  for (const auto& leaf : parameters)
    leaves.push_back(std::vector<double>(leaf.data(), leaf.data() + leaf.size()));
  return leaves;
}

/// As vectors in one row each: qualities do not depend on shapes.
Parameters leaves_from_json(const Json& leaves) {
  Parameters parameters;
  for (const auto& leaf : leaves) {
    const auto values = leaf.get<std::vector<double>>();
    parameters.emplace_back(
        Eigen::Map<const Array<double>>(values.data(), 1, static_cast<Index>(values.size())));
  }
  return parameters;
}

}  // namespace

void add_estimators(Laboratory& lab, Report& report, const MetaSettings& s, const RuleFile& trained) {
  const Options& o = lab.options();
  const TaskFamily family = training_family(o.training_tasks, o.noise);
  const std::size_t count = o.quick ? 4 : 64;
  const Random random = Random(o.test_seed).split("estimators");
  struct Place {
    const char *name, *title;
    Parameters at;
  };
  const Place places[]{{"start", "at the start",
                        flatten(initial_theta(s.rule, s.network.depth(), Random(s.seed).split("theta")))},
                       {"trained", "at the trained rule", trained.parameters}};
  const auto all = estimators(s);
  std::vector<Piece> pieces;
  for (const Place& place : places) {
    const std::string folder = fmt::format("estimators/{}/", place.name);
    // The reference: the full gradient over eight times as many other tasks.
    pieces.push_back({folder + "reference", [&s, &place, family, count, random] {
                        return leaves_to_json(mean_gradient(draws({"full", "full"}, s, place.at, family,
                                                                  8 * count, random.split("reference"))));
                      }});
    for (const Estimator& e : all)
      pieces.push_back({folder + e.name, [&s, &place, &lab, folder, e, family, count, random] {
                          auto list = draws(e, s, place.at, family, count, random);
                          for (auto& d : list) d = leaves_from_json(leaves_to_json(d));
                          const EstimateQuality q =
                              estimate_quality(list, leaves_from_json(lab.result(folder + "reference")));
                          return Json{{"variance", q.variance}, {"bias", q.bias}, {"cosine", q.cosine}};
                        }});
  }
  lab.work(pieces);

  Table table{{"", "variance", "bias", "cosine"}, {}, ""};
  for (const Place& place : places)
    for (const Estimator& e : all) {
      const Json q = lab.result(fmt::format("estimators/{}/{}", place.name, e.name));
      const auto number = [&](const char* key) { return fmt::format("{:.3g}", q.at(key).get<double>()); };
      table.rows.push_back({fmt::format("{}, {}", e.title, place.title), number("variance"), number("bias"),
                            number("cosine")});
    }
  table.caption = fmt::format(
      "Estimates of the meta-gradient over {} tasks: {} draws against the mean of {} draws of the full "
      "gradient over other "
      "tasks. Variance and bias are relative to its squared norm and its norm; the cosine is the mean of the "
      "draws'. Evolution "
      "strategies run {} pairs of perturbations per task.",
      s.tasks, count, 8 * count, EvolutionSettings{}.pairs);
  report.heading("Estimators of the meta-gradient");
  lab.add(report, "estimators", table);
}

}  // namespace engram::laboratory
