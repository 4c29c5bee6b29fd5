#include "../support/counting_new.hpp"

#define BOOST_TEST_MODULE engram_autodiff
#include <boost/test/unit_test.hpp>
