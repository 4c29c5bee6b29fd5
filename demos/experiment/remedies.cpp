// Can a rule be trained to work where the usual one fails? Trainings over several lengths, networks or tasks,
// tested in settings that most of them never met, beside backprop with one setting and in its best case.
#include <engram/laboratory/places.hpp>
#include <engram/laboratory/test_settings.hpp>

#include "experiments.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace engram::demos {

using namespace laboratory;
using namespace plasticity;

namespace {

/// A way to train.
struct Remedy {
  std::string key, title, what;
  std::vector<Variation> variations;
  std::optional<std::string> tasks = std::nullopt;  ///< else the options'
};

std::vector<Variation> joined(std::vector<Variation> a, const std::vector<Variation>& b) {
  a.insert(a.end(), b.begin(), b.end());
  return a;
}

std::vector<Remedy> all_remedies(const Options& o) {
  const Variation usual{o.meta.network, o.meta.episode};
  std::vector<Variation> other_lengths, other_shapes;
  for (const Index fifths : {2, 10, 20}) {
    other_lengths.push_back(usual);
    other_lengths.back().episode.steps = std::max<Index>(1, usual.episode.steps * fifths / 5);
  }
  for (const Index hidden : {8, 64}) {
    other_shapes.push_back(usual);
    other_shapes.back().network.sizes[1] = hidden;
  }
  for (const std::size_t layers : {2U, 3U})
    other_shapes.push_back({with_hidden_layers(usual.network, layers), usual.episode});
  return {{"as_usual", "as usual", "the usual network and length", {}},
          {"lengths", "lengths",
           fmt::format("also {}, {} and {} inner steps", other_lengths[0].episode.steps,
                       other_lengths[1].episode.steps, other_lengths[2].episode.steps),
           joined({usual}, other_lengths)},
          {"shapes", "shapes", "also 8 and 64 hidden neurons, 2 and 3 hidden layers",
           joined({usual}, other_shapes)},
          {"lengths_and_shapes", "lengths and shapes", "all of these, one at a time",
           joined(joined({usual}, other_lengths), other_shapes)},
          {"overlap",
           "overlap",
           "the usual network and length, but half of the tasks are moons so blurred that they overlap",
           {},
           "two_moons+blurred_moons"}};
}

std::vector<Place> places(const Options& o) {
  const Setting usual = usual_setting(o);
  std::vector<Place> all;
  const auto add = [&](const char* key, const std::string& title, const auto& change) {
    Setting s = usual;
    change(s);
    all.push_back({key, title, s});
  };
  const Index steps = 10 * usual.episode.steps;
  add("usual", "two moons as usual", [](Setting&) {});
  add("width_128", "128 hidden neurons", [](Setting& s) { s.network.sizes[1] = 128; });
  add("width_512", "512 hidden neurons", [](Setting& s) { s.network.sizes[1] = 512; });
  add("layers_2", "2 hidden layers", [](Setting& s) { s.network = with_hidden_layers(s.network, 2); });
  add("layers_5", "5 hidden layers", [](Setting& s) { s.network = with_hidden_layers(s.network, 5); });
  add("long", fmt::format("{} steps", steps), [&](Setting& s) { s.episode.steps = steps; });
  add("relu", "ReLU network", [](Setting& s) { s.network.activation = Activation::relu; });
  for (const Setting& s : other_tasks(o)) {
    if (s.family.name == "two_gaussians") all.push_back({s.family.name, "two Gaussians", s});
    if (s.family.name == "circles") all.push_back({s.family.name, "circles", s});
  }
  return all;
}

/// Whether the rule met the place's network for as many steps; all rules are trained on two moons.
bool met(const Remedy& r, const Place& p, const Options& o) {
  if (p.setting.family.name != usual_setting(o).family.name) return false;
  const auto same = [&](const Variation& v) {
    return v.network == p.setting.network && v.episode.steps == p.setting.episode.steps;
  };
  return r.variations.empty() ? same({o.meta.network, o.meta.episode})
                              : std::ranges::any_of(r.variations, same);
}

std::vector<Training> trainings(Laboratory& lab) {
  std::vector<Training> all;
  for (const Remedy& r : all_remedies(lab.options()))
    all.push_back({r.key, r.title,
                   [&lab, r](std::size_t seed) {
                     MetaSettings settings = meta_training(lab.options(), seed);
                     settings.variations = r.variations;
                     return lab.trained_rule(fmt::format("{}_seed_{}", r.key, seed), settings, r.tasks);
                   },
                   [&o = lab.options(), r](const Place& p) { return met(r, p, o); }});
  return all;
}

void run(Laboratory& lab) {
  const auto everywhere = places(lab.options());
  RulesInPlaces rules(lab, everywhere, trainings(lab));
  rules.work();
  const MetaSettings& m = lab.options().meta;
  Report report(
      "Remedies",
      fmt::format(
          "A rule that is trained in networks with one hidden layer of {} neurons, for {} steps, "
          "on two moons, fails elsewhere. Here rules are trained on several lengths, networks or "
          "tasks: every outer step draws one of them. Trained on: {}. Backprop has two baselines. {}.",
          m.network.sizes[1], m.episode.steps, lab.options().training_tasks, baselines_words()));
  for (const Remedy& r : all_remedies(lab.options()))
    report.paragraph(fmt::format("{}: {}.", r.title, r.what));
  rules.add_tables(report);
  for (const Place& p : everywhere)
    lab.add(report, "gains_" + p.key, rules.gains_in(p),
            "Left of the line: worse than backprop in its best case.");
  rules.add_trainings(report);
  lab.finish(report);
}

}  // namespace

const Experiment remedies{"remedies",
                          "Rules trained on several lengths, networks or tasks, where the usual rule fails",
                          run, 3, 4'000};

}  // namespace engram::demos
