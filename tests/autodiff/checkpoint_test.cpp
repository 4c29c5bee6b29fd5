// Checkpoints: the derivatives of their inside, in less memory.
#include "../support/values.hpp"
#include "plan.hpp"

#include <boost/test/unit_test.hpp>

using namespace engram::test;

BOOST_AUTO_TEST_SUITE(checkpoint)

BOOST_AUTO_TEST_CASE(a_checkpoint_has_the_derivatives_of_its_inside) {
  const auto f = [](const Variables& x) {
    return Variables{ad::tanh(ad::matmul(x[0], x[1])) * x[1], ad::sum(x[0]), x[1]};
  };
  const auto inside = [&](const Variables& x) {
    return ad::checkpoint<Variable>([&](auto v) { return f({v[0], v[1]}); }, x);
  };
  const Values x = distinct_values({{3, 3}, {3, 3}}, 1);
  const auto report = ad::gradcheck(inside, x);
  BOOST_TEST(report.passed, report.text);
  ad::Tape<double> tape;
  const auto v = record(tape, x);
  BOOST_TEST(difference(with_derivatives(inside, v, 2), with_derivatives(f, v, 2)) < 1e-14);
  BOOST_TEST(difference(ad::checkpoint<Value>([](auto u) { return Values{u[0] * u[1]}; }, x)[0],
                        (x[0].array() * x[1].array()).eval()) == 0);
}

BOOST_AUTO_TEST_CASE(checkpoints_nest_and_keep_their_inputs_only) {
  const auto layer = [](auto x) {
    Variable y = x[0];
    for (int i = 0; i < 10; ++i) y = ad::sin(ad::tanh(y) * x[1]);
    return Variables{y, x[1]};
  };
  const auto chain = [&](bool checkpointed) {
    return [=](const Variables& x) {
      Variables y = x;
      for (int i = 0; i < 10; ++i) y = checkpointed ? ad::checkpoint<Variable>(layer, y) : layer(y);
      return Variables{y[0]};
    };
  };
  const Values x = distinct_values({{8, 8}, {8, 8}}, 1);
  const auto once = [&](bool checkpointed) {
    return ad::compile<double>([&](const Variables& v) { return with_derivatives(chain(checkpointed), v); },
                               shapes_of(x));
  };
  const auto plain = once(false), saving = once(true);
  BOOST_TEST(difference(plain(x), saving(x)) < 1e-13);
  const auto buffer_size = [](const ad::Function<double>& f) {
    return ad::Plan<double>(f.graph()).buffer_size;
  };
  BOOST_TEST(buffer_size(saving) * 4 < buffer_size(plain));
  const auto nested = [&](const Variables& v) {
    return ad::checkpoint<Variable>([&](auto in) { return chain(true)({in[0], in[1]}); }, v);
  };
  ad::Tape<double> tape;
  const auto v = record(tape, x);
  BOOST_TEST(difference(with_derivatives(nested, v, 2), with_derivatives(chain(false), v, 2)) < 1e-11);
}

BOOST_AUTO_TEST_SUITE_END()
