// Infinities, NaN and impossible classes; and that what is left out, by a mask or by a selection, counts for
// nothing.
#include "../support/values.hpp"

#include <boost/test/unit_test.hpp>

#include <functional>

using namespace engram::test;

namespace {

constexpr auto list = [](const auto&... y) { return Variables{y...}; };

/// The gradient of the sum of f(x), and the gradient of the squares' sum of that.
Values two_gradients(const std::function<Variable(const Variable&)>& f, const Value& at) {
  ad::Tape<double> tape;
  const auto x = tape.variable(at);
  const auto g = ad::gradient(ad::sum(f(x)), x);
  return {Value(g.value()), Value(ad::gradient(ad::sum(g * g), x).value())};
}

/// A function of x, and an argument where its slope, or the slope of that, is infinite or NaN.
struct Bad {
  const char* name;
  std::function<Variable(const Variable&)> f;
  double at;
};

#define NAMED(function) #function, [](const auto& x) { return ad::function(x); }
const auto lifted_root = ad::elementwise("root", [](auto x) { return sqrt(x); });
const std::vector<Bad> bad = {
    {NAMED(square), not_a_number},
    {NAMED(sqrt), 0},
    {NAMED(sqrt), -1},
    {NAMED(exp), 1e4},
    {NAMED(expm1), infinity},
    {NAMED(log), 0},
    {NAMED(log), -1},
    {NAMED(log1p), -1},
    {NAMED(log1p), -2},
    {NAMED(tanh), not_a_number},
    {NAMED(sigmoid), not_a_number},
    {NAMED(softplus), not_a_number},
    {NAMED(relu), not_a_number},
    {NAMED(abs), not_a_number},
    {NAMED(sin), infinity},
    {NAMED(cos), -infinity},
    {NAMED(asin), 1},
    {NAMED(acosh), 0},
    {NAMED(atanh), -1},
    {NAMED(cbrt), 0},
    {NAMED(erfcx), -30},
    {NAMED(normal_quantile), 0},
    {NAMED(lgamma), -1},
    {NAMED(digamma), 0},
    {NAMED(logit), 2},
    {"atan2(x, 0)", [](const auto& x) { return ad::atan2(x, 0.0); }, 0},
    {"hypot(x, 0)", [](const auto& x) { return ad::hypot(x, 0.0); }, 0},
    {"fmod(x, 0)", [](const auto& x) { return ad::fmod(x, 0.0); }, 1},
    {"log_beta(x, x)", [](const auto& x) { return ad::log_beta(x, x); }, -1},
    {"x * NaN", [](const auto& x) { return x * not_a_number; }, 1},
    {"inf / x", [](const auto& x) { return infinity / x; }, 1},
    {"1 / x", [](const auto& x) { return 1.0 / x; }, 0},
    {"x / 0", [](const auto& x) { return x / 0.0; }, 3},
    {"x / 0 by x", [](const auto& x) { return x / (0.0 * x); }, 3},
    {"pow(x, -1)", [](const auto& x) { return ad::pow(x, -1.0); }, 0},
    {"pow(x, 0.3)", [](const auto& x) { return ad::pow(x, 0.3); }, -1},
    {"pow(2, x)", [](const auto& x) { return ad::pow(2.0, x); }, 1e5},
    {"pow(x, x)", [](const auto& x) { return ad::pow(x, x); }, 0},
    {"maximum(x, NaN) x", [](const auto& x) { return ad::maximum(x, not_a_number) * x; }, 1},
    {"a lifted root", [](const auto& x) { return lifted_root(x); }, -1},
    {"exp(log(sqrt(x)))", [](const auto& x) { return ad::exp(ad::log(ad::sqrt(x))); }, 0},
    {"x sin(1 / x)", [](const auto& x) { return x * ad::sin(1.0 / x); }, 0},
};

}  // namespace

BOOST_AUTO_TEST_SUITE(extremes)

BOOST_AUTO_TEST_CASE(infinite_entries_have_the_softmax_of_their_limits) {
  const double l2 = std::log(2);
  struct Case {
    std::initializer_list<double> x;
    double log_sum_exp;
    std::initializer_list<double> softmax, log_softmax;
  };
  for (const Case& c : {Case{{-infinity, -infinity}, -infinity, {0.5, 0.5}, {-l2, -l2}},
                        Case{{-infinity, 3}, 3, {0, 1}, {-infinity, 0}},
                        Case{{infinity, 0}, infinity, {1, 0}, {0, -infinity}},
                        Case{{infinity, infinity}, infinity, {0.5, 0.5}, {-l2, -l2}},
                        Case{{infinity, -infinity}, infinity, {1, 0}, {0, -infinity}},
                        Case{{1000, 0}, 1000, {1, 0}, {0, -1000}}}) {
    const Value x = matrix({c.x});
    BOOST_TEST_CONTEXT(x.array()) {
      for_all_kinds([&](auto make) {
        BOOST_TEST(difference(ad::log_sum_exp(make(x), 1), matrix({{c.log_sum_exp}})) < 1e-6);
        BOOST_TEST(difference(ad::log_sum_exp(ad::transpose(make(x)), 0), matrix({{c.log_sum_exp}})) < 1e-6);
        BOOST_TEST(difference(ad::softmax(make(x)), matrix({c.softmax})) < 1e-6);
        BOOST_TEST(difference(ad::log_softmax(make(x)), matrix({c.log_softmax})) < 1e-6);
      });
      const Values sums = two_gradients([](auto v) { return ad::log_sum_exp(v, 1); }, x);
      BOOST_TEST(difference(sums[0], matrix({c.softmax})) < 1e-15);
      BOOST_TEST(sums[1].array().isFinite().all());
      for (const auto& g : two_gradients([](auto v) { return ad::square(ad::softmax(v)); }, x))
        BOOST_TEST(g.array().isFinite().all());
      for (const auto& g :
           two_gradients([](auto v) { return ad::slice_columns(ad::log_softmax(v), 0, 1); }, x))
        BOOST_TEST(g.array().isFinite().all());
    }
  }
}

BOOST_AUTO_TEST_CASE(a_class_that_is_impossible_counts_only_as_the_target) {
  ad::Tape<double> tape;
  const auto x = tape.variable(matrix({{-infinity, 1, 2}, {-infinity, 1, 2}, {-infinity, -infinity, 0}}));
  const auto targets = tape.variable(matrix({{0, 1, 0}, {1, 0, 0}, {0, 0, 1}}));
  const auto loss = ad::cross_entropy(x, targets);
  const double right = std::log(1 + std::exp(1.0));
  BOOST_TEST(difference(loss, matrix({{right}, {infinity}, {0}})) < 1e-15);
  const auto g = ad::gradient(ad::sum(loss), {x, targets});
  const double p = 1 / (1 + std::exp(-1.0));
  BOOST_TEST(difference(g[0], matrix({{0, -p, p}, {-1, 1 - p, p}, {0, 0, 0}})) < 1e-15);
  BOOST_TEST(g[1].value()(0, 0) == 0);
  BOOST_TEST(ad::gradient(ad::sum(g[0] * g[0]), x).value().isFinite().all());
  // Entropy, whose targets move with the logits.
  for (const auto& h : two_gradients([](auto v) { return ad::cross_entropy(v, ad::softmax(v)); },
                                     matrix({{-infinity, 1, 2}})))
    BOOST_TEST(h.array().isFinite().all());
}

BOOST_AUTO_TEST_CASE(rows_that_a_mask_leaves_out_count_for_nothing_whatever_they_hold) {
  const std::vector<double> numbers = {0, 1, -2000, infinity, -infinity, not_a_number};
  for (const double a : numbers)
    for (const double b : numbers)
      for (const double t : numbers) BOOST_TEST_CONTEXT(a << ' ' << b << ' ' << t) {
          ad::Tape<double> tape;
          const auto x = tape.variable(matrix({{a, b}, {0, 1}})), p = tape.variable(matrix({{t, 1}, {0, 1}}));
          const auto mask = tape.variable(matrix({{0}, {1}}));
          const auto loss = ad::cross_entropy(x, p, mask);
          BOOST_TEST(loss.value()(0, 0) == 0);
          BOOST_TEST(loss.value()(1, 0) > 0.3);
          const auto g = ad::gradient(ad::sum(loss), {x, p, mask});
          for (const auto& v : g) BOOST_TEST((v.value().row(0) == 0).all());
          for (const auto& v : ad::gradient(weighted_sum(g), {x, p, mask}))
            BOOST_TEST((v.value().row(0) == 0).all());
        }
}

BOOST_AUTO_TEST_CASE(of_a_branch_that_is_not_taken_nothing_reaches_what_it_is_made_of) {
  // x² where f is bad, and f of something else elsewhere: the derivatives are those of x² there, to second
  // order.
  for (const Bad& f : bad) BOOST_TEST_CONTEXT(f.name << " at " << f.at) {
      const double at = std::isfinite(f.at) ? f.at : 0.5;
      const auto selected = [&](const Variables& x) {
        const auto y = f.f(x[0] + (f.at - at));  // infinities are no good arguments for x²
        return list(ad::select(x[1], y, ad::square(x[0])), ad::select(ad::equal(x[1], 0.0), x[0], y));
      };
      const auto all = [&](const Variables& x) {
        auto y = with_derivatives([&](const Variables& v) { return selected({v[0], x[1]}); }, {x[0]}, 2);
        const auto moved = ad::jvp<double>(selected(x), list(x[0]), list(x[0]));
        y.insert(y.end(), moved.begin(), moved.end());
        return y;
      };
      const auto expected = [&](const Variables& x) {
        const auto taken = [](const Variables& v) { return list(ad::square(v[0]), 1.0 * v[0]); };
        auto y = with_derivatives(taken, {x[0]}, 2);
        const auto moved = ad::jvp<double>(taken(x), list(x[0]), list(x[0]));
        y.insert(y.end(), moved.begin(), moved.end());
        return y;
      };
      ad::Tape<double> tape;
      const Values values = {Value(at), Value(0.0)};
      const auto x = record(tape, values);
      BOOST_TEST(difference(all(x), expected(x)) == 0);
      const auto compiled = ad::compile<double>(all, shapes_of(values));
      BOOST_TEST(difference(compiled(values), expected(x)) == 0);
    }
}

BOOST_AUTO_TEST_CASE(selections_do_so_in_loops_and_under_sums_and_broadcasts_too) {
  const auto f = [](const Variables& x) {
    const auto step = [](auto c, auto, auto k) {
      const auto root = ad::sum(ad::select(ad::greater(k[0], 0.0), k[0] * ad::sqrt(k[0]), 0.0));
      return ad::StepResult<Variable>{{c[0] + root}, {}};
    };
    return ad::scan<double>(step, {0.0 * ad::sum(x[0])}, {}, {x[0]}, 5).carry;
  };
  ad::Tape<double> tape;
  const Values values = {matrix({{-1, 4}, {0, 1}})};
  const auto g = with_derivatives(f, record(tape, values), 1);
  const Value expected = matrix({{0, 3}, {0, 1.5}});
  const double weight = g[1].value()(0, 1) / (5 * 3);
  BOOST_TEST(difference(g[1], (expected.array() * 5 * weight).eval()) < 1e-14);
  BOOST_TEST(difference(ad::compile<double>([&](const Variables& x) { return with_derivatives(f, x, 1); },
                                            shapes_of(values))(values),
                        g) < 1e-14);
}

BOOST_AUTO_TEST_CASE(fused_products_treat_a_cotangent_of_zero_as_the_others_do) {
  // a + factor b and the sum of a b, with a zero on either side and an infinity or NaN on the other.
  for (const double number : {infinity, not_a_number, 2.0})
    for (const bool zero_is_number : {false, true}) {
      const auto f = [&](const Variables& x) {
        return list(x[0] + ad::pull(x[1], x[2]), x[0] + ad::pull(x[2], x[1]), ad::sum(ad::pull(x[2], x[3])),
                    ad::sum(ad::pull(x[3], x[2])));
      };
      const Value ones(ad::Array<double>::Ones(5, 7));
      Value some(ones.array());
      some.data()[3] = zero_is_number ? number : 0;
      Value others(ones.array());
      others.data()[3] = zero_is_number ? 0 : number;
      const Values x = {ones, Value(zero_is_number ? 0.0 : number), some, others};
      ad::Tape<double> tape;
      BOOST_TEST(difference(ad::compile<double>(f, shapes_of(x))(x), f(record(tape, x))) == 0);
    }
}

BOOST_AUTO_TEST_CASE(what_is_not_the_largest_gets_exactly_zero_of_an_infinite_cotangent) {
  const Value x = matrix({{0, -1}});
  BOOST_TEST(difference(two_gradients([](auto v) { return ad::sqrt(ad::max(v)); }, x)[0],
                        matrix({{infinity, 0}})) == 0);
  BOOST_TEST(difference(two_gradients([](auto v) { return ad::sqrt(ad::max(v, 0)); }, x)[0],
                        matrix({{infinity, not_a_number}})) == 0);
  BOOST_TEST(two_gradients([](auto v) { return ad::sqrt(ad::abs(v)); }, Value(0.0))[0].item() == 0);
  BOOST_TEST(two_gradients([](auto v) { return ad::sqrt(ad::relu(v)); }, Value(-1.0))[0].item() == 0);
  const Value with_nan = matrix({{1, not_a_number, 2}});
  BOOST_TEST(two_gradients([](auto v) { return ad::max(v); }, with_nan)[0].array().isNaN().all());
}

BOOST_AUTO_TEST_CASE(an_argument_of_a_lifted_function_that_stands_still_makes_no_nan_of_an_infinite_slope) {
  const auto f = ad::elementwise("f", [](auto a, auto b) { return sqrt(a) * b + pow(a, b); });
  ad::Tape<double> tape;
  const auto a = tape.variable(0.0), b = tape.variable(0.5);
  BOOST_TEST(ad::gradient(f(a, b), b).item() == 0);
  BOOST_TEST(ad::gradient(f(a, b), a).item() == infinity);
}

BOOST_AUTO_TEST_SUITE_END()
