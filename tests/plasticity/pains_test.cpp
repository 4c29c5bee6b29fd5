// The pain of other libraries that concerns learning: the root of a zero second moment in Adam makes
// derivatives through it NaN. The others: tests/autodiff/pains_test.cpp.
#include <engram/plasticity/adam.hpp>

#include <boost/test/unit_test.hpp>

using namespace engram::plasticity;
namespace ad = engram::autodiff;
using V = ad::Variable<double>;
using Variables = std::vector<V>;

namespace {

/// A loss after some steps of Adam on Σ scale (x - 1)²; in: the learning rate, β₁, β₂, the start, the scales.
V loss_after_training(const Variables& in) {
  Variables x{in[3]};
  auto state = adam_start(x);
  const AdamSettings<V> settings{in[0], in[1], in[2], ad::constant_like(in[0], ad::Value<double>(1e-8))};
  for (int step = 0; step < 3; ++step) x = adam_step<V>(settings, state, x, {2.0 * in[4] * (x[0] - 1.0)});
  return sum(square(x[0] - 3.0));
}

/// The loss, its gradient and the gradient of that gradient's sum.
std::vector<ad::Array<double>> derivatives(const ad::Array<double>& start, const ad::Array<double>& scale) {
  ad::Tape<double> tape;
  const Variables in{tape.variable(0.1), tape.variable(0.9), tape.variable(0.99), tape.variable(start),
                     tape.variable(scale)};
  std::vector<ad::Array<double>> all;
  V last = loss_after_training(in);
  all.push_back(last.value());
  for (int order = 1; order <= 2; ++order) {
    const Variables g = ad::gradient(last, in);
    last = tape.constant(0.0);
    for (const V& v : g) all.push_back(v.value()), last = last + sum(v);
  }
  return all;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(pains)

BOOST_AUTO_TEST_CASE(a_zero_second_moment_leaves_derivatives_through_adam_exact_to_second_order) {
  // The second parameter has no part in the loss that is trained on, so its moments stay zero: it stays where
  // it is, and the others have the derivatives that they have without it.
  ad::Array<double> start(1, 2), scale(1, 2);
  start << 0.5, 3.0;
  scale << 1.5, 0.0;
  const auto with = derivatives(start, scale), without = derivatives(start.leftCols(1), scale.leftCols(1));
  BOOST_REQUIRE_EQUAL(with.size(), without.size());
  for (std::size_t i = 0; i < with.size(); ++i) BOOST_TEST_CONTEXT("derivative " << i) {
      BOOST_TEST(with[i].isFinite().all());
      BOOST_TEST(without[i].abs().maxCoeff() > 0);
      BOOST_TEST(with[i](0, 0) == without[i](0, 0), boost::test_tools::tolerance(1e-12));
    }
}

BOOST_AUTO_TEST_SUITE_END()
