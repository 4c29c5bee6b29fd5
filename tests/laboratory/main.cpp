#define BOOST_TEST_MODULE engram_laboratory
#include <boost/test/unit_test.hpp>
