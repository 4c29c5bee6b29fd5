#include <engram/laboratory/families.hpp>
#include <engram/laboratory/numbers.hpp>
#include <engram/plasticity/registry.hpp>
#include <engram/plasticity/tasks/arcs.hpp>
#include <engram/plasticity/tasks/circles.hpp>
#include <engram/plasticity/tasks/pinwheel.hpp>
#include <engram/plasticity/tasks/spirals.hpp>
#include <engram/plasticity/tasks/sticks.hpp>
#include <engram/plasticity/tasks/two_gaussians.hpp>
#include <engram/plasticity/tasks/two_moons.hpp>
#include <engram/plasticity/tasks/xor.hpp>

#include <fmt/format.h>

#include <algorithm>

namespace engram::laboratory {

using namespace plasticity;

namespace {

/// Moons of much noise (0.4 to 0.9), anywhere against each other: blurred clouds, most of which a straight
/// line tells apart as well as anything does.
TwoMoonsOptions blurred() {
  TwoMoonsOptions o = TwoMoonsOptions::diverse();
  o.noise = 0.6;
  o.noise_range = 1.5;
  o.displacement = 1.5;
  return o;
}

/// "two_moons+arcs*3" -> "two_moons", "arcs*3".
std::vector<std::string_view> parts_of(std::string_view mixture) {
  std::vector<std::string_view> parts;
  for (std::size_t at = 0; at != std::string_view::npos;) {
    const std::size_t end = mixture.find('+', at);
    parts.push_back(mixture.substr(at, end - at));
    at = end == std::string_view::npos ? end : end + 1;
  }
  return parts;
}

}  // namespace

const std::vector<TrainingPart>& training_parts() {
  static const std::vector<TrainingPart> all{
      {"two_moons", "textbook-shaped, in random places",
       [](double noise) { return two_moons(TwoMoonsOptions::random(noise)); }},
      {"diverse_moons", "of more noises, stretched and moved",
       [](double) { return two_moons(TwoMoonsOptions::diverse()); }},
      {"blurred_moons", "so noisy that they overlap", [](double) { return two_moons(blurred()); }},
      {"circles", "one within the other", [](double) { return circles(CirclesOptions::random()); }},
      {"xor", "four clouds", [](double) { return xor_clouds(XorOptions::random()); }},
      {"spirals", "two arms", [](double) { return spirals(SpiralsOptions::random()); }},
      {"pinwheel", "two arms",
       [](double) { return pinwheel({.arms = 2, .placement = Placement::random()}); }},
      {"arcs", "of any angle, size and place", [](double) { return arcs(ArcsOptions::random()); }},
      {"sticks", "a noisy segment per class", [](double) { return sticks(SticksOptions::random()); }},
      {"two_gaussians", "isotropic", [](double) { return two_gaussians(TwoGaussiansOptions::random()); }},
      {"wishart_gaussians", "of random covariance",
       [](double) { return two_gaussians({.covariance = Covariance::wishart}); }},
  };
  return all;
}

std::vector<TaskFamily> training_families(std::string_view tasks, double noise) {
  std::vector<TaskFamily> families;
  for (const std::string_view part : parts_of(tasks)) {
    const std::size_t star = std::min(part.find('*'), part.size());
    const std::string_view name = part.substr(0, star),
                           number = star == part.size() ? "1" : part.substr(star + 1);
    const TaskFamily family = find_in(training_parts(), "training tasks", name).make(noise);
    const auto times =
        parse_whole<std::size_t>(fmt::format("training tasks: in '{}' the number", part), number, 1, 100);
    families.insert(families.end(), times, family);
  }
  return families;
}

TaskFamily training_family(std::string_view tasks, double noise) {
  auto families = training_families(tasks, noise);
  if (families.size() > 1) return mixture(std::string(tasks), std::move(families));
  families[0].name = tasks;
  return families[0];
}

std::vector<TaskFamily> validation_families(std::string_view tasks, double noise) {
  constexpr std::string_view usual = "two_moons";
  std::vector<TaskFamily> families{training_family(usual, noise)};
  if (tasks != usual) families.push_back(training_family(tasks, noise));
  return families;
}

}  // namespace engram::laboratory
