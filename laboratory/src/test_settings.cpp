#include <engram/laboratory/test_settings.hpp>
#include <engram/plasticity/tasks/digits.hpp>
#include <engram/plasticity/tasks/families.hpp>
#include <engram/plasticity/tasks/two_gaussians.hpp>
#include <engram/plasticity/tasks/two_moons.hpp>

#include <algorithm>

namespace engram::laboratory {

using namespace plasticity;

std::vector<TaskFamily> usual_families(const Options& o) {
  return {two_moons(TwoMoonsOptions::random(o.noise)), two_gaussians()};
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

std::vector<Setting> other_tasks(const Options& o) {
  const TaskFamily usual = usual_setting(o).family;
  std::vector<TaskFamily> families;
  for (const FamilyKind& kind : task_families())
    if (kind.name != usual.name) families.push_back(kind.random());
  families.push_back(
      digits(std::make_shared<const Digits>(load_digits(std::filesystem::path(ENGRAM_DATA) / "digits.txt"))));
  std::vector<Setting> settings;
  for (const TaskFamily& family : families) {
    Setting s{o.meta.network, test_episode(o), family};
    s.network.sizes.front() = family.dimension;
    s.network.sizes.back() = family.classes;
    s.episode.labelled = std::max<Index>(s.episode.labelled, 5 * family.classes);
    settings.push_back(std::move(s));
  }
  return settings;
}

}  // namespace engram::laboratory
