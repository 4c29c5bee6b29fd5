#include <engram/plasticity/evaluate.hpp>
#include <engram/plasticity/methods/kinds.hpp>
#include <engram/plasticity/rules/kinds.hpp>
#include <engram/plasticity/tasks/families.hpp>

#include <boost/test/unit_test.hpp>

#include <set>

using namespace engram::plasticity;

namespace {

template <class Entry>
void check_distinct(const std::vector<Entry>& table) {
  const auto names = names_in(table);
  BOOST_TEST(std::set(names.begin(), names.end()).size() == names.size());
}

}  // namespace

BOOST_AUTO_TEST_SUITE(registries)

BOOST_AUTO_TEST_CASE(every_name_is_there_once_and_an_unknown_one_is_answered_with_the_known_ones) {
  check_distinct(rule_kinds());
  check_distinct(methods());
  check_distinct(task_families());
  BOOST_CHECK_EXCEPTION(rule_kind("hebbb"), std::invalid_argument, [](const std::exception& e) {
    return e.what() == "[rule] unknown name 'hebbb': choose one of " + listed(names_in(rule_kinds()));
  });
  BOOST_CHECK_THROW(method(""), std::invalid_argument);
  BOOST_CHECK_THROW(task_family("moons"), std::invalid_argument);
}

BOOST_AUTO_TEST_CASE(every_family_is_called_as_it_is_found_and_draws_tasks) {
  for (const FamilyKind& kind : task_families()) {
    BOOST_TEST_CONTEXT(kind.name) {
      const TaskFamily family = task_family(kind.name).random();
      BOOST_TEST(family.name == kind.name);
      Random random(2);
      const Examples e = family.draw(Random(1))->sample_balanced(random, 6);
      BOOST_TEST(e.x.isFinite().all());
      BOOST_TEST(e.x.cols() == family.dimension);
    }
  }
}

BOOST_AUTO_TEST_CASE(every_method_learns_an_episode) {
  const Network network{{2, 4, 2}};
  const EpisodeSettings sizes{.steps = 3, .labelled = 2, .unlabelled = 2, .query = 10};
  const auto trial = draw_trial(task_family("two_moons").random(), network, sizes, Random(1), 0);
  for (const MethodKind& kind : methods()) {
    BOOST_TEST_CONTEXT(kind.name) {
      const Method m = method(kind.name).made_for(network);
      std::vector<Array<double>> parameters;
      for (const Shape s : m.parameters())
        parameters.push_back(Array<double>::Constant(s.rows, s.columns, 0.1));
      BOOST_TEST(Learner(m, sizes)(parameters, trial).train_loss.isFinite().all());
    }
  }
}

BOOST_AUTO_TEST_SUITE_END()
