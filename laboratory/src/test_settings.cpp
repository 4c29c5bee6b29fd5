#include <engram/laboratory/ranks.hpp>
#include <engram/laboratory/shipped.hpp>
#include <engram/laboratory/test_settings.hpp>
#include <engram/plasticity/read_file.hpp>
#include <engram/plasticity/tasks/digits.hpp>
#include <engram/plasticity/tasks/families.hpp>

#include <algorithm>

namespace engram::laboratory {

using namespace plasticity;

std::vector<TaskFamily> usual_families(const Options& o) {
  return {training_family("two_moons", o.noise), training_family("two_gaussians", o.noise),
          training_family("wishart_gaussians", o.noise)};
}

Setting usual_setting(const Options& o) {
  return {o.meta.network, test_episode(o), usual_families(o).front()};
}

Network with_hidden_layers(const Network& network, std::size_t layers) {
  Network deep = network;
  deep.sizes.assign(layers + 2, network.sizes.at(1));
  deep.sizes.front() = network.sizes.front();
  deep.sizes.back() = network.sizes.back();
  return deep;
}

Setting setting_for(const Options& o, const TaskFamily& family) {
  Setting s{o.meta.network, test_episode(o), family};
  s.network.sizes.front() = family.dimension;
  s.network.sizes.back() = family.classes;
  s.episode.labelled = std::max<Index>(s.episode.labelled, 5 * family.classes);
  return s;
}

std::string line_of_data() {
  const auto path = shipped_data("digits.txt");
  return "digits " + (std::filesystem::exists(path) ? fingerprint(read_file("digits", path)) : "missing");
}

std::vector<Setting> other_tasks(const Options& o) {
  const TaskFamily usual = usual_setting(o).family;
  std::vector<TaskFamily> families;
  for (const FamilyKind& kind : task_families())
    if (kind.name != usual.name) families.push_back(kind.random());
  families.push_back(digits(std::make_shared<const Digits>(load_digits(shipped_data("digits.txt")))));
  std::vector<Setting> settings;
  for (const TaskFamily& family : families) settings.push_back(setting_for(o, family));
  return settings;
}

std::vector<Setting> figure2_settings(const Options& o) {
  std::vector<Setting> settings;
  for (const TaskFamily& family : usual_families(o))
    settings.push_back({o.meta.network, test_episode(o), family});
  return settings;
}

std::vector<Setting> settings_named(const Options& o, const std::vector<std::string>& names) {
  struct Named {
    std::string_view name;
    const Setting* setting;
  };
  std::vector<Setting> all = figure2_settings(o), settings;
  std::vector<Named> known;
  for (const Setting& s : other_tasks(o))
    if (std::ranges::none_of(all, [&](const Setting& t) { return t.family.name == s.family.name; }))
      all.push_back(s);
  for (const Setting& s : all) known.push_back({s.family.name, &s});
  for (const std::string& name : names) {
    const Setting& found = *find_in(known, "families", name).setting;
    if (std::ranges::any_of(settings, [&](const Setting& s) { return s.family.name == name; }))
      autodiff::fail("families", "'{}' is named twice: name each family once", name);
    settings.push_back(found);
  }
  return settings;
}

}  // namespace engram::laboratory
