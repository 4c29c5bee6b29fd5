#include <engram/plasticity/tasks/arcs.hpp>
#include <engram/plasticity/tasks/circles.hpp>
#include <engram/plasticity/tasks/families.hpp>
#include <engram/plasticity/tasks/pinwheel.hpp>
#include <engram/plasticity/tasks/spirals.hpp>
#include <engram/plasticity/tasks/sticks.hpp>
#include <engram/plasticity/tasks/two_gaussians.hpp>
#include <engram/plasticity/tasks/two_moons.hpp>
#include <engram/plasticity/tasks/xor.hpp>

ENGRAM_PLASTICITY_BEGIN
namespace {

template <class Options, TaskFamily (*make)(const Options&)>
FamilyKind family(std::string_view name) {
  return {name, [] { return make(Options::random()); },
          [](const std::function<void(const SettingNode&)>& show) {
            const Options options = Options::random();
            show(settings_tree(options));
          }};
}

}  // namespace

const std::vector<FamilyKind>& task_families() {
  static const std::vector<FamilyKind> all{
      family<TwoMoonsOptions, two_moons>("two_moons"),
      family<TwoGaussiansOptions, two_gaussians>("two_gaussians"),
      family<CirclesOptions, circles>("circles"),
      family<XorOptions, xor_clouds>("xor"),
      family<SpiralsOptions, spirals>("spirals"),
      family<PinwheelOptions, pinwheel>("pinwheel"),
      family<ArcsOptions, arcs>("arcs"),
      family<SticksOptions, sticks>("sticks"),
  };
  return all;
}

const FamilyKind& task_family(std::string_view name) { return find_in(task_families(), "task family", name); }

ENGRAM_PLASTICITY_END
