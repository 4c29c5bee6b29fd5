// One rule for all tasks: trained on all families but those that are kept for the test, in several networks
// and for several lengths, tested on both, beside backprop with one setting and in its best case.
#include <engram/laboratory/families.hpp>
#include <engram/laboratory/places.hpp>
#include <engram/laboratory/test_settings.hpp>
#include <engram/laboratory/training_log.hpp>

#include "experiments.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace engram::demos {

using namespace laboratory;
using namespace plasticity;

namespace {

/// Gaussians, pinwheels of three arms and digits are kept for the test.
constexpr const char* met_tasks =
    "two_moons*2+diverse_moons+arcs*2+sticks*2+circles*2+spirals*2+xor*2+pinwheel";

/// The usual network and its length count twice, and so does ReLU.
std::vector<Variation> variations(const Options& o) {
  const Variation usual{o.meta.network, o.meta.episode};
  Variation relu = usual, longer = usual, wide = usual, deep = usual, deep_relu = usual;
  relu.network.activation = deep_relu.network.activation = Activation::relu;
  longer.episode.steps *= 4;
  wide.network.sizes[1] = 64;
  deep.network = with_hidden_layers(usual.network, 3);
  deep_relu.network.sizes = with_hidden_layers(usual.network, 2).sizes;
  return {usual, usual, relu, relu, longer, wide, deep, deep_relu};
}

/// Twice as wide as usual, at half the learning rate: a wider rule diverges at the usual one.
MetaSettings training_of(const Options& o, std::size_t seed) {
  MetaSettings s = meta_training(o, seed);
  s.rule.width *= 2;
  s.learning_rate /= 2;
  s.variations = variations(o);
  return s;
}

/// All families but two moons; of pinwheels, the one with two arms, which is trained on, and the other.
std::vector<Place> families(const Options& o) {
  std::vector<Setting> settings = other_tasks(o);
  settings.push_back(figure2_settings(o).back());
  settings.push_back(setting_for(o, training_family("pinwheel", o.noise)));
  std::vector<Place> all;
  for (const Setting& s : settings) {
    std::string title = title_of(s.family);
    if (s.family.name == "pinwheel") title += fmt::format(" of {} arms", s.family.classes);
    all.push_back({fmt::format("{}_{}", s.family.name, s.family.classes), title, s});
  }
  return all;
}

std::vector<Place> places(const Options& o) {
  const Setting usual = usual_setting(o);
  std::vector<Place> all{{"usual", "two moons", usual}};
  for (const Place& p : families(o)) all.push_back(p);
  const auto moons = [&](const char* key, const std::string& title, const auto& change) {
    Setting s = usual;
    change(s);
    all.push_back({key, "two moons, " + title, s});
  };
  const Index steps = 10 * usual.episode.steps;
  moons("long", fmt::format("{} steps", steps), [&](Setting& s) { s.episode.steps = steps; });
  moons("layers_5", "5 hidden layers", [](Setting& s) { s.network = with_hidden_layers(s.network, 5); });
  moons("relu", "ReLU network", [](Setting& s) { s.network.activation = Activation::relu; });
  moons("width_512", "512 hidden neurons", [](Setting& s) { s.network.sizes[1] = 512; });
  return all;
}

/// Whether training has this family and, in such a network and for so many steps, met it.
bool met(const Place& p, const Options& o) {
  const auto trained = training_families(met_tasks, o.noise);
  const bool knows_family = std::ranges::any_of(trained, [&](const TaskFamily& f) {
    return f.name == p.setting.family.name && f.classes == p.setting.family.classes;
  });
  return knows_family && std::ranges::any_of(variations(o), [&](const Variation& v) {
           return v.network == p.setting.network && v.episode.steps == p.setting.episode.steps;
         });
}

std::string folder_of(std::size_t seed) { return fmt::format("general_seed_{}", seed); }

Training general(Laboratory& lab) {
  return {"general", "one rule",
          [&lab](std::size_t seed) {
            return lab.trained_rule(folder_of(seed), training_of(lab.options(), seed), met_tasks);
          },
          [&o = lab.options()](const Place& p) { return met(p, o); }};
}

/// What more budget buys: validation accuracy through the training.
CurveChart budget_chart(const Laboratory& lab) {
  const Options& o = lab.options();
  CurveChart chart{.title = "Validation accuracy of the average rule",
                   .x_label = "outer steps",
                   .curves = {},
                   .methods = false};
  constexpr std::size_t most_curves = 8;
  for (std::size_t seed = 1; seed <= std::min(o.meta_seeds, most_curves); ++seed) {
    const auto log =
        read_training_log(o.out / "rules" / folder_of(seed) / training_files::log, o.meta.outer_steps);
    Curve curve{.name = fmt::format("seed {}", seed), .x = {}, .y = {}, .low = {}, .high = {}};
    for (const auto& [step, accuracy] : log.validated) {
      curve.x.push_back(static_cast<double>(step));
      curve.y.push_back(accuracy);
    }
    chart.curves.push_back(std::move(curve));
  }
  return chart;
}

std::string variations_words(const Options& o) {
  const MetaSettings& m = o.meta;
  return fmt::format(
      "networks with a hidden layer of {} tanh neurons, of {} ReLU neurons (each counts twice), of 64 tanh "
      "neurons, with three layers of tanh and with two of ReLU, for {} steps, and the first one for {} steps",
      m.network.sizes[1], m.network.sizes[1], m.episode.steps, 4 * m.episode.steps);
}

void run(Laboratory& lab) {
  const Options& o = lab.options();
  const Training rule = general(lab);
  RulesInPlaces rules(lab, places(o), {rule});
  rules.work();
  Report report(
      "One rule for all tasks",
      fmt::format("A rule of width {} is trained on {}: every outer step draws one of {}. Validation "
                  "is the mean over all of them. Two Gaussians, pinwheels of three arms and digits "
                  "are never trained on. Backprop has two baselines. {}.",
                  2 * o.meta.rule.width, met_tasks, variations_words(o), baselines_words()));
  lab.add(
      report, "gains_one_rule", rules.gains_of(rule),
      "Left of the line: worse than backprop in its best case. Lines: " + interval_words(o.meta_seeds) + ".");
  rules.add_tables(report);
  lab.add(report, "budget", budget_chart(lab),
          fmt::format("What more outer steps buy: each is Adam on {} tasks.", o.meta.tasks));
  rules.add_trainings(report);
  lab.finish(report);
}

}  // namespace

const Experiment one_rule{
    "one_rule", "One rule for all tasks, networks and lengths, beside backprop's best case", run, 1, 12'000};

}  // namespace engram::demos
