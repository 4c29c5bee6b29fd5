#include <engram/laboratory/family_facts.hpp>
#include <engram/plasticity/negentropy.hpp>
#include <engram/plasticity/tasks/circles.hpp>
#include <engram/plasticity/tasks/two_gaussians.hpp>

#include "../support/temporary_folder.hpp"

#include <boost/test/unit_test.hpp>

#include <cmath>

using namespace engram::laboratory;
using namespace engram::plasticity;

BOOST_AUTO_TEST_SUITE(facts_of_families)

BOOST_AUTO_TEST_CASE(they_are_means_over_the_tasks_of_the_trials_and_nothing_without_densities) {
  const engram::test::TemporaryFolder folder;
  Options o;
  o.experiment = "facts";
  o.out = folder / "out";
  o.trials = 5;
  o.test_points = 200;
  Laboratory lab(o);
  const TaskFamily clouds = two_gaussians(), rings = circles({.noise = 0.2}), silent = circles({.noise = 0});
  const Random stream(3);
  lab.work({bayes_piece(lab, "bayes", clouds, stream), negentropy_piece(lab, "clouds", clouds, stream),
            negentropy_piece(lab, "rings", rings, stream), bayes_piece(lab, "nothing", silent, stream)});

  double bayes = 0;
  for (std::size_t i = 0; i < o.trials; ++i) {
    const Random trial = stream.split(clouds.name).split(i);
    bayes += bayes_accuracy(*clouds.draw(trial.split("task")), trial.split("bayes"), o.test_points) / 5;
  }
  BOOST_TEST(fact(lab, "bayes")->mean == bayes, boost::test_tools::tolerance(1e-12));
  BOOST_TEST(fact(lab, "bayes")->error > 0);
  BOOST_TEST(std::abs(fact(lab, "clouds")->mean) < 0.01);
  BOOST_TEST(std::abs(fact(lab, "rings")->mean - negentropy(*rings.draw(Random(1)), Random(2), 20'000)) <
             0.05);
  BOOST_TEST(!fact(lab, "nothing").has_value());
}

BOOST_AUTO_TEST_SUITE_END()
