// Long sums: their rounding errors do not grow with their length, or hardly so. In float, against double.
#include "../support/targets.hpp"
#include "../support/values.hpp"

#include <boost/test/unit_test.hpp>

using namespace engram::test;
using ad::Index;

namespace {

using Float = ad::Variable<float>;
using FloatValue = ad::Value<float>;

constexpr Index many = 1 << 18;

/// The largest difference of a float result to one in double, relative to the largest entry.
double error(const auto& found, const ad::Array<double>& exact) {
  return (array_of(found).template cast<double>() - exact).abs().maxCoeff() / exact.abs().maxCoeff();
}

/// All of one sign: where sums that go wrong drift.
FloatValue drifting(Shape shape, std::uint64_t seed = 1) {
  return random_value<float>(shape, seed, 250, 320);
}

ad::Array<double> wide(const FloatValue& v) { return v.array().cast<double>(); }

}  // namespace

BOOST_AUTO_TEST_SUITE(long_sums)

BOOST_AUTO_TEST_CASE(reductions_are_right_to_float_precision_however_long) {
  for (const Shape shape :
       {Shape{many, 1}, {1, many}, {many, 2}, {2, many}, {many / 16, 19}, {19, many / 16}}) {
    const FloatValue x = drifting(shape);
    const ad::Array<double> sums[] = {ad::Array<double>::Constant(1, 1, wide(x).sum()),
                                      wide(x).colwise().sum(), wide(x).rowwise().sum()};
    at_every_target([&](const char* target) {
      BOOST_TEST_CONTEXT(target << ' ' << ad::to_string(shape)) {
        const auto n = static_cast<double>(shape.size());
        BOOST_TEST(error(ad::sum(x), sums[0]) < 1e-6);
        BOOST_TEST(error(ad::sum(x, 0), sums[1]) < 1e-6);
        BOOST_TEST(error(ad::sum(x, 1), sums[2]) < 1e-6);
        BOOST_TEST(error(ad::mean(x), sums[0] / n) < 1e-6);
        BOOST_TEST(error(ad::mean(x, 0), sums[1] / static_cast<double>(shape.rows)) < 1e-6);
        BOOST_TEST(error(ad::mean(x, 1), sums[2] / static_cast<double>(shape.columns)) < 1e-6);
        const auto squares = ad::compile<float>(
            [](const auto& v) { return std::vector{ad::sum(v[0] * v[1])}; }, {shape, shape});
        BOOST_TEST(error(squares({x, x})[0], ad::Array<double>::Constant(1, 1, wide(x).square().sum())) <
                   4e-7);
      }
    });
  }
}

BOOST_AUTO_TEST_CASE(products_are_right_to_float_precision_however_long) {
  constexpr Index k = 1 << 15;
  const std::vector<std::pair<Index, Index>> sizes = {{1, 1},  {1, 2},  {2, 1},  {5, 3},
                                                      {3, 33}, {20, 2}, {40, 1}, {8, 16}};
  for (const auto& size : sizes) {
    const Index m = size.first, n = size.second;
    const FloatValue a = drifting({m, k}, 1), b = drifting({k, n}, 2), added = drifting({m, n}, 3);
    const ad::Array<double> product = (wide(a).matrix() * wide(b).matrix()).array();
    const FloatValue at = ad::transpose(a), bt = ad::transpose(b);
    at_every_target([&](const char* target) {
      BOOST_TEST_CONTEXT(target << ' ' << m << 'x' << n) {
        const auto compiled = [&](auto f, const FloatValue& x, const FloatValue& y) {
          return ad::compile<float>([f](const auto& v) { return std::vector{f(v[0], v[1]) + v[2]}; },
                                    {x.shape(), y.shape(), added.shape()})({x, y, added})[0];
        };
        const auto check = [&](auto f, const FloatValue& x, const FloatValue& y) {
          const auto c = f(x, y);
          BOOST_TEST(error(c, product) < 1e-6);
          BOOST_TEST(difference(compiled(f, x, y), c + added) == 0);
        };
        check([](const auto& x, const auto& y) { return ad::matmul(x, y); }, a, b);
        check([](const auto& x, const auto& y) { return ad::matmul_tn(x, y); }, at, b);
        check([](const auto& x, const auto& y) { return ad::matmul_nt(x, y); }, a, bt);
        check([](const auto& x, const auto& y) { return ad::matmul_tt(x, y); }, at, bt);
      }
    });
  }
}

BOOST_AUTO_TEST_CASE(infinities_come_out_of_long_sums_as_of_short_ones) {
  FloatValue x = drifting({1, 1 << 13});
  x.data()[3000] = std::numeric_limits<float>::infinity();
  const FloatValue y = drifting({1 << 13, 2});
  BOOST_TEST(std::isinf(ad::sum(x).item()));
  BOOST_TEST(ad::matmul(x, y).array().isInf().all());
  BOOST_TEST(std::isinf(ad::matmul_nt(x, x).item()));
}

BOOST_AUTO_TEST_CASE(cotangents_of_a_loops_constants_are_right_to_float_precision_however_long) {
  constexpr Index steps = 1 << 16;
  const auto body = [](auto, auto x, auto k) { return ad::StepResult<Float>{{}, {x[0] * k[0]}}; };
  const FloatValue x = drifting({steps, 3});
  const ad::Array<double> exact = wide(x).colwise().sum();
  std::vector<FloatValue> found;
  for (const auto keep : {ad::Keep::everything, ad::Keep::carries}) {
    ad::Tape<float> tape;
    const Float k = tape.variable(FloatValue(ad::Array<float>::Ones(1, 3)));
    const auto y = ad::scan<float>(body, {}, {tape.constant(x)}, {k}, steps, keep).results[0];
    found.push_back(ad::gradient_values(ad::sum(y), {k})[0]);
    BOOST_TEST(error(found.back(), exact) < 1e-6);
    BOOST_TEST(difference(found.back(), found.front()) == 0);
  }
}

BOOST_AUTO_TEST_CASE(every_storage_policy_sums_a_long_loops_constants_alike_to_second_order) {
  for (const Index steps : {1, 63, 64, 65, 128, 129, 200, 1000}) BOOST_TEST_CONTEXT(steps) {
      const auto loop_with = [&](ad::Keep keep) {
        return [steps, keep](const Variables& x) {
          const auto body = [](auto c, auto in, auto k) {
            const auto next = ad::tanh(c[0] * k[0] + in[0] * k[1]);
            return ad::StepResult<Variable>{{next}, {next * k[1]}};
          };
          const auto y = ad::scan<double>(body, {x[0]}, {x[1]}, {x[2], x[3]}, steps, keep);
          return Variables{y.carry[0], y.results[0]};
        };
      };
      const std::vector<Shape> shapes = {{1, 2}, {steps, 2}, {1, 2}, {1, 1}};
      const Values x = distinct_values(shapes, 1);
      const auto run = [&](auto f, int order) {
        return ad::compile<double>([&](const Variables& v) { return with_derivatives(f, v, order); },
                                   shapes)(x);
      };
      const auto by_hand = [steps](const Variables& v) {
        const auto body = [](auto c, auto in, auto k) {
          const auto next = ad::tanh(c[0] * k[0] + in[0] * k[1]);
          return ad::StepResult<Variable>{{next}, {next * k[1]}};
        };
        const auto y = unroll<Variable>(body, {v[0]}, {v[1]}, {v[2], v[3]}, steps);
        return Variables{y.carry[0], y.results[0]};
      };
      const Values first = run(loop_with(ad::Keep::everything), 1);
      const Values second = run(loop_with(ad::Keep::everything), 2);
      if (steps <= 200) BOOST_TEST(difference(second, run(by_hand, 2)) < 1e-12);
      for (const auto keep : {ad::Keep::carries, ad::Keep::automatic, ad::Keep::binomial(3)}) {
        BOOST_TEST(difference(run(loop_with(keep), 1), first) == 0);
        BOOST_TEST(difference(run(loop_with(keep), 2), second) < 1e-12);
      }
    }
}

BOOST_AUTO_TEST_CASE(rows_that_are_gathered_often_get_the_sum_of_their_cotangents_to_float_precision) {
  ad::Tape<float> tape;
  const Float x = tape.variable(FloatValue(ad::Array<float>::Ones(3, 70)));
  std::vector<Index> rows(1 << 15);
  for (std::size_t i = 0; i < rows.size(); ++i) rows[i] = i % 5 == 4 ? 2 : 0;
  const FloatValue weights = drifting({1 << 15, 70});
  ad::Array<double> exact = ad::Array<double>::Zero(3, 70);
  const ad::Array<double> wide_weights = wide(weights);
  for (std::size_t i = 0; i < rows.size(); ++i) exact.row(rows[i]) += wide_weights.row(static_cast<Index>(i));
  const auto y = ad::gather_rows(x, rows) * tape.constant(weights);
  BOOST_TEST(error(ad::gradient_values(ad::sum(y), {x})[0], exact) < 1e-6);
}

BOOST_AUTO_TEST_CASE(the_mean_of_equal_numbers_is_that_number) {
  const auto check = []<class S>(S) {
    const std::vector<double> numbers = {1, 0.1, -1.0 / 3, 3.3e30, 7e-30, 0, infinity};
    for (Index n = 1; n < 400; n += n < 100 ? 1 : 13)
      for (const double number : numbers) {
        const auto v = static_cast<S>(number);
        const ad::Array<S> row = ad::Array<S>::Constant(1, n, v), tall = ad::Array<S>::Constant(n, 21, v);
        const auto right = [&](const auto& mean) { return (array_of(mean) == v).all(); };
        const bool all_right = right(ad::mean(ad::Value<S>(row))) && right(ad::mean(ad::Value<S>(tall), 0)) &&
                               right(ad::mean(ad::Value<S>(tall.transpose().eval()), 1)) &&
                               right(ad::mean(ad::Value<S>(tall)));
        BOOST_TEST(all_right, n << " times " << v);
      }
  };
  at_every_target([&](const char* target) {
    BOOST_TEST_CONTEXT(target) {
      check(1.0f);
      check(1.0);
    }
  });
}

BOOST_AUTO_TEST_SUITE_END()
