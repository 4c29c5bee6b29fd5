#include "../support/counting_new.hpp"
#include "../support/targets.hpp"

#define BOOST_TEST_MODULE engram_autodiff
#include <boost/test/unit_test.hpp>

struct ChosenTarget {
  ChosenTarget() { engram::test::select_target_of_environment(); }
};
BOOST_TEST_GLOBAL_FIXTURE(ChosenTarget);
