#include <engram/laboratory/families.hpp>
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

#include <charconv>

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

/// The parts of a text between separators.
std::vector<std::string_view> cut(std::string_view text, char separator) {
  std::vector<std::string_view> parts;
  for (std::size_t at = 0; at != std::string_view::npos;) {
    const std::size_t end = text.find(separator, at);
    parts.push_back(text.substr(at, end - at));
    at = end == std::string_view::npos ? end : end + 1;
  }
  return parts;
}

/// "arcs*3" -> 3; 1 where no number stands.
std::size_t times(std::string_view part, const std::vector<std::string_view>& name_and_number) {
  if (name_and_number.size() == 1) return 1;
  const std::string_view number = name_and_number[1];
  std::size_t n = 0;
  constexpr std::size_t most = 100;
  const auto [stop, error] = std::from_chars(number.data(), number.data() + number.size(), n);
  if (name_and_number.size() > 2 || error != std::errc() || stop != number.data() + number.size() || n < 1 ||
      n > most)
    autodiff::fail("training tasks",
                   "'{}' is none: write a name, or a name and how often it counts, 1 to {}: arcs*3", part,
                   most);
  return n;
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
  for (const std::string_view part : cut(tasks, '+')) {
    const auto name_and_number = cut(part, '*');
    const TaskFamily family = find_in(training_parts(), "training tasks", name_and_number[0]).make(noise);
    families.insert(families.end(), times(part, name_and_number), family);
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
