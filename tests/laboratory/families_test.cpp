#include <engram/laboratory/test_settings.hpp>
#include <engram/plasticity/tasks/families.hpp>

#include <boost/test/unit_test.hpp>

using namespace engram::laboratory;
using namespace engram::plasticity;

namespace {

/// All parts alone, and some mixtures.
std::vector<std::string> all() {
  std::vector<std::string> tasks{"two_moons+diverse_moons", "two_moons*2+arcs*2+sticks"};
  for (const TrainingPart& part : training_parts()) tasks.emplace_back(part.name);
  return tasks;
}

std::vector<std::string> names(const std::vector<Setting>& settings) {
  std::vector<std::string> list;
  for (const Setting& s : settings) list.push_back(s.family.name);
  return list;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(families)

BOOST_AUTO_TEST_CASE(all_training_tasks_have_two_classes_in_the_plane) {
  for (const std::string& tasks : all()) {
    const TaskFamily family = training_family(tasks, 0.1);
    BOOST_TEST(family.dimension == 2);
    BOOST_TEST(family.classes == 2);
    for (std::uint64_t i = 0; i < 20; ++i) {
      Random random(i);
      const auto task = family.draw(Random(i).split("task"));
      BOOST_TEST(task->sample(random, 4).x.allFinite());
    }
  }
}

BOOST_AUTO_TEST_CASE(the_noise_is_that_of_the_textbook_moons) {
  const auto point = [](double noise) {
    Random random(1);
    return training_family("two_moons", noise).draw(Random(2))->sample(random, 1).x;
  };
  BOOST_TEST((point(0.1) != point(0.2)).any());
}

BOOST_AUTO_TEST_CASE(validation_is_on_the_moons_and_on_what_is_trained_on) {
  for (const std::string& tasks : all()) {
    const auto families = validation_families(tasks, 0.1);
    BOOST_TEST(families.front().name == "two_moons");
    BOOST_TEST(families.size() == (tasks == "two_moons" ? 1u : 2u));
    BOOST_TEST(families.back().name == training_family(tasks, 0.1).name);
  }
}

BOOST_AUTO_TEST_CASE(a_part_is_as_likely_as_it_stands_there_often) {
  const auto families = training_families("two_moons+arcs*3", 0.1);
  std::vector<std::string> found;
  for (const TaskFamily& f : families) found.push_back(f.name);
  BOOST_TEST(found == (std::vector<std::string>{"two_moons", "arcs", "arcs", "arcs"}),
             boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(training_tasks_that_make_no_sense_are_refused) {
  const auto error = [](const std::string& tasks) {
    try {
      training_family(tasks, 0.1);
    } catch (const std::exception& e) {
      return std::string(e.what());
    }
    return std::string();
  };
  BOOST_TEST(error("two_moons+moons").find("unknown name 'moons': choose one of two_moons, diverse_moons") !=
             std::string::npos);
  for (const char* tasks : {"", "arcs+", "+arcs"})
    BOOST_TEST(error(tasks).find("unknown name ''") != std::string::npos, tasks);
  for (const std::string number : {"0", "", "-1", "1.5", "101", "2*2", "x", "18446744073709551617"})
    BOOST_TEST(error("xor+arcs*" + number) == "training tasks: in 'arcs*" + number + "' the number is '" +
                                                  number + "'; it must be a whole number from 1 to 100");
}

BOOST_AUTO_TEST_CASE(other_tasks_have_networks_and_labels_enough_for_their_classes) {
  Options o;
  o.meta.episode.labelled = 4;
  o.test_points = 77;
  const auto settings = other_tasks(o);
  std::vector<std::string> expected;
  for (const FamilyKind& kind : task_families())
    if (kind.name != "two_moons") expected.emplace_back(kind.name);
  expected.emplace_back("digits");
  BOOST_TEST(names(settings) == expected, boost::test_tools::per_element());
  for (const Setting& s : settings) {
    BOOST_TEST(s.network.sizes.front() == s.family.dimension);
    BOOST_TEST(s.network.sizes.back() == s.family.classes);
    BOOST_TEST(s.network.sizes[1] == o.meta.network.sizes[1]);
    BOOST_TEST(s.episode.labelled == std::max<Index>(4, 5 * s.family.classes));
    BOOST_TEST(s.episode.query == 77);
  }
  BOOST_TEST(usual_setting(o).family.name == "two_moons");
  BOOST_TEST(usual_setting(o).episode.labelled == 4);
}

BOOST_AUTO_TEST_CASE(hidden_layers_are_as_wide_as_the_first) {
  const Network deep = with_hidden_layers(Network{{2, 7, 3}}, 3);
  BOOST_TEST(deep.sizes == (std::vector<Index>{2, 7, 7, 7, 3}), boost::test_tools::per_element());
  BOOST_TEST((with_hidden_layers(deep, 1) == Network{{2, 7, 3}}));
}

BOOST_AUTO_TEST_SUITE_END()
