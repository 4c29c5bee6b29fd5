// Boost.Test, which is a library of Debian's own architectures, of its headers. Without signals: WebAssembly
// has none, and its exceptions cannot be in one function with setjmp.
#include <boost/config.hpp>
#undef BOOST_HAS_SIGACTION
#define BOOST_TEST_NO_LIB
#include <boost/test/included/unit_test.hpp>
