#define BOOST_TEST_MODULE engram_plasticity
#include <boost/test/unit_test.hpp>
