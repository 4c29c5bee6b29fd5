// Minimizers on the problems of Moré, Garbow and Hillstrom, "Testing unconstrained optimization software",
// ACM Transactions on Mathematical Software 7 (1981), whose minima are known.
#include <engram/autodiff/optimise/sparse_levenberg_marquardt.hpp>

#include "../support/values.hpp"

#include <Eigen/LU>
#include <boost/test/unit_test.hpp>

#include <numbers>

using namespace engram::test;

namespace {

/// A sum of squares: its residuals as a column, where to begin, and what it can come down to.
struct Problem {
  const char* name;
  std::function<Variable(const Variable&)> residuals;
  Value start;
  std::vector<double> minima;  ///< of the sum of squares; where there are several, a minimizer may find each
};

Value column(std::initializer_list<double> entries) {
  Value v(Shape{static_cast<ad::Index>(entries.size()), 1});
  std::copy(entries.begin(), entries.end(), v.data());
  return v;
}

Variable rows(std::initializer_list<Variable> parts) { return ad::concatenate(std::vector(parts), 0); }

Variable x_(const Variable& x, ad::Index i) { return ad::at(x, i); }

std::vector<Problem> problems() {
  std::vector<Problem> all;
  all.push_back({"1 Rosenbrock",
                 [](const Variable& x) {
                   return rows({10.0 * (x_(x, 1) - square(x_(x, 0))), 1.0 - x_(x, 0)});
                 },
                 column({-1.2, 1}),
                 {0}});
  all.push_back({"2 Freudenstein and Roth",
                 [](const Variable& v) {
                   const Variable x = x_(v, 0), y = x_(v, 1);
                   return rows({x - 13.0 + ((5.0 - y) * y - 2.0) * y, x - 29.0 + ((y + 1.0) * y - 14.0) * y});
                 },
                 column({0.5, -2}),
                 {0, 48.98425}});
  all.push_back({"4 Brown, badly scaled",
                 [](const Variable& v) {
                   const Variable x = x_(v, 0), y = x_(v, 1);
                   return rows({x - 1e6, y - 2e-6, x * y - 2.0});
                 },
                 column({1, 1}),
                 {0}});
  all.push_back(
      {"5 Beale",
       [](const Variable& v) {
         const Variable x = x_(v, 0), y = x_(v, 1);
         return rows({1.5 - x * (1.0 - y), 2.25 - x * (1.0 - square(y)), 2.625 - x * (1.0 - y * y * y)});
       },
       column({1, 1}),
       {0}});
  all.push_back(
      {"7 helical valley",
       [](const Variable& x) {
         const Variable turn = ad::atan2(x_(x, 1), x_(x, 0)) / (2 * std::numbers::pi);
         return rows({10.0 * (x_(x, 2) - 10.0 * turn), 10.0 * (hypot(x_(x, 0), x_(x, 1)) - 1.0), x_(x, 2)});
       },
       column({-1, 0, 0}),
       {0}});
  all.push_back({"8 Bard",
                 [](const Variable& x) {
                   const Value y =
                       column({.14, .18, .22, .25, .29, .32, .35, .39, .37, .58, .73, .96, 1.34, 2.1, 4.39});
                   const Eigen::ArrayXd u = Eigen::ArrayXd::LinSpaced(15, 1, 15), v = 16 - u, w = u.min(v);
                   return y.array() - (x_(x, 0) + u / (v * x_(x, 1) + w * x_(x, 2)));
                 },
                 column({1, 1, 1}),
                 {8.21487e-3, 17.4286}});
  all.push_back({"13 Powell, singular",
                 [](const Variable& x) {
                   const Variable a = x_(x, 0), b = x_(x, 1), c = x_(x, 2), d = x_(x, 3);
                   return rows({a + 10.0 * b, std::sqrt(5.0) * (c - d), square(b - 2.0 * c),
                                std::sqrt(10.0) * square(a - d)});
                 },
                 column({3, -1, 0, 1}),
                 {0}});
  all.push_back({"14 Wood",
                 [](const Variable& x) {
                   const Variable a = x_(x, 0), b = x_(x, 1), c = x_(x, 2), d = x_(x, 3);
                   return rows({10.0 * (b - square(a)), 1.0 - a, std::sqrt(90.0) * (d - square(c)), 1.0 - c,
                                std::sqrt(10.0) * (b + d - 2.0), (b - d) / std::sqrt(10.0)});
                 },
                 column({-3, -1, -3, -1}),
                 {0}});
  all.push_back(
      {"15 Kowalik and Osborne",
       [](const Variable& x) {
         const Value y = column({.1957, .1947, .1735, .16, .0844, .0627, .0456, .0342, .0323, .0235, .0246});
         const Value u = column({4, 2, 1, .5, .25, .167, .125, .1, .0833, .0714, .0625});
         const Variable v = x.tape().constant(u);
         return y.array() - x_(x, 0) * (square(v) + v * x_(x, 1)) / (square(v) + v * x_(x, 2) + x_(x, 3));
       },
       column({.25, .39, .415, .39}),
       {3.07505e-4, 1.02734e-3}});
  all.push_back({"25 variably dimensioned, 10 variables",
                 [](const Variable& x) {
                   const Variable s =
                       ad::sum(Eigen::ArrayXd(Eigen::ArrayXd::LinSpaced(10, 1, 10)) * (x - 1.0));
                   return rows({x - 1.0, s, square(s)});
                 },
                 Value(Eigen::ArrayXd(1 - Eigen::ArrayXd::LinSpaced(10, 0.1, 1))),
                 {0}});
  all.push_back({"28 discrete boundary value, 20 variables",
                 [](const Variable& x) {
                   const double h = 1.0 / 21;
                   const Eigen::ArrayXd t = Eigen::ArrayXd::LinSpaced(20, h, 20 * h);
                   const Variable next = ad::pad(ad::slice_rows(x, 1, 19), 0, 1, 0, 0),
                                  last = ad::pad(ad::slice_rows(x, 0, 19), 1, 0, 0, 0), y = x + (t + 1);
                   return 2.0 * x - last - next + h * h / 2 * (y * y * y);
                 },
                 Value([] {
                   const Eigen::ArrayXd t = Eigen::ArrayXd::LinSpaced(20, 1.0 / 21, 20.0 / 21);
                   return Eigen::ArrayXd(t * (t - 1));
                 }()),
                 {0}});
  return all;
}

/// Whether a sum of squares is one of these, to as many digits as they are printed with.
bool is_one_of(const std::vector<double>& minima, double squares) {
  return std::any_of(minima.begin(), minima.end(),
                     [&](double m) { return std::abs(squares - m) < (m == 0 ? 1e-8 : 2e-5 * m); });
}

const auto squares_of = [](const Problem& p) {
  return [&p](const Variable& x) { return 0.5 * ad::sum(square(p.residuals(x))); };
};

}  // namespace

BOOST_AUTO_TEST_SUITE(optimise)

BOOST_AUTO_TEST_CASE(every_minimizer_finds_the_minima_that_are_known) {
  for (const Problem& p : problems()) {
    const auto expect = [&](const char* method, const auto& found) {
      const std::string what = fmt::format("{}, {}: {}", p.name, method, to_string(found));
      BOOST_TEST(ad::has_converged(found.stop), what);
      BOOST_TEST(is_one_of(p.minima, 2 * found.value), what);
      // What is reported is what the function says there.
      ad::Tape<double> tape;
      const Variable x = tape.variable(found.x);
      const Variable value = squares_of(p)(x);
      BOOST_TEST(value.item() == found.value, boost::test_tools::tolerance(1e-12));
      BOOST_TEST(ad::gradient(value, x).value().abs().maxCoeff() <= found.gradient * (1 + 1e-6) + 1e-12);
      BOOST_TEST(found.evaluations > found.steps);
    };
    ad::Lbfgs lbfgs;
    lbfgs.max_steps = 3000;
    expect("L-BFGS", lbfgs.minimize(squares_of(p), p.start));
    expect("Newton-CG", ad::NewtonCg().minimize(squares_of(p), p.start));
    expect("Levenberg-Marquardt", ad::LevenbergMarquardt().minimize(p.residuals, p.start));
  }
}

BOOST_AUTO_TEST_CASE(few_steps_suffice_where_the_function_is_what_the_method_takes_it_for) {
  const Value a = matrix({{4, 1}, {1, 3}}), b = column({1, 2});
  const auto quadratic = [&](const Variable& x) {
    return 0.5 * ad::dot(x, ad::matmul(x.tape().constant(a), x)) - ad::dot(x.tape().constant(b), x);
  };
  const auto linear = [&](const Variable& x) { return ad::matmul(x.tape().constant(a), x) - b.array(); };
  const Value start = column({5, -5});
  ad::NewtonCg newton;
  newton.first_radius = 100;
  BOOST_TEST(newton.minimize(quadratic, start).steps <= 6);
  BOOST_TEST(ad::Lbfgs().minimize(quadratic, start).steps <= 8);
  ad::LevenbergMarquardt gauss_newton;
  gauss_newton.first_damping = 0;
  const auto found = gauss_newton.minimize(linear, start);
  BOOST_TEST(found.steps == 1);
  BOOST_TEST(difference(found.x, Value(a.matrix<Eigen::Matrix2d>().inverse() * b.matrix<Eigen::Vector2d>())) <
             1e-12);
}

BOOST_AUTO_TEST_CASE(many_variables_take_the_minimizers_that_write_no_matrix) {
  // Rosenbrock's function of 2000 variables, in pairs.
  const auto chain = [](const Variable& x) {
    const Variable a = ad::slice_columns(x, 0, 1), b = ad::slice_columns(x, 1, 1);
    return ad::sum(100.0 * square(b - square(a)) + square(1.0 - a));
  };
  const Value start(ad::Array<double>(Eigen::RowVector2d(-1.2, 1).replicate(1000, 1).array()));
  const auto by_gradients = ad::Lbfgs().minimize(chain, start);
  const auto by_products = ad::NewtonCg().minimize(chain, start);
  for (const auto* found : {&by_gradients, &by_products}) {
    BOOST_TEST(ad::has_converged(found->stop), to_string(*found));
    BOOST_TEST(difference(found->x, Value(ad::Array<double>::Ones(1000, 2))) < 1e-6);
  }
}

BOOST_AUTO_TEST_CASE(guesses_and_minima_are_of_any_form_and_of_float) {
  const auto f = [](const auto& x) { return ad::sum(square(x[0] - 1.0)) + ad::sum(square(x[1] + x[0])); };
  const std::vector<ad::Array<double>> start{ad::Array<double>::Zero(1, 1), ad::Array<double>::Zero(2, 2)};
  const auto found = ad::Lbfgs().minimize(f, start);
  BOOST_TEST(found.x[0].item() == 1, boost::test_tools::tolerance(1e-7));
  BOOST_TEST(difference(found.x[1], Value(ad::Array<double>::Constant(2, 2, -1))) < 1e-7);

  const auto bowl = [](const auto& x) { return ad::sum(square(square(x) - 2.0)); };
  const ad::Value<float> one(ad::Array<float>::Ones(1, 3));
  ad::Lbfgs coarse;
  coarse.tolerance = 1e-4;
  ad::NewtonCg coarse_newton;
  coarse_newton.tolerance = 1e-4;
  ad::LevenbergMarquardt coarse_squares;
  coarse_squares.tolerance = 1e-4;
  const ad::Array<float> root = ad::Array<float>::Constant(1, 3, std::sqrt(2.0f));
  BOOST_TEST(difference(coarse.minimize(bowl, one).x, root) < 1e-4);
  BOOST_TEST(difference(coarse_newton.minimize(bowl, one).x, root) < 1e-4);
  BOOST_TEST(difference(coarse_squares.minimize([](const auto& x) { return square(x) - 2.0; }, one).x, root) <
             1e-4);
}

BOOST_AUTO_TEST_CASE(many_residuals_of_few_variables_each_take_a_sparse_jacobian) {
  // The small problems, and one of 2000 variables in two leaves: chains of springs that are stretched.
  for (const Problem& p : problems()) {
    if (std::string(p.name).starts_with("4 ")) continue;  // too badly scaled for normal equations
    const auto found = ad::SparseLevenbergMarquardt().minimize(p.residuals, p.start);
    const std::string what = fmt::format("{}: {}", p.name, to_string(found));
    BOOST_TEST(ad::has_converged(found.stop), what);
    BOOST_TEST(is_one_of(p.minima, 2 * found.value), what);
  }
  const ad::Index links = 1000;
  const auto springs = [&](const Variables& x) {
    const auto stretch = [&](const Variable& chain) {
      const Variable ends = ad::pad(chain, 1, 0, 0, 0);
      return chain - ad::slice_rows(ends, 0, links) - 1.0;
    };
    return ad::concatenate({stretch(x[0]), 0.1 * (x[0] - x[1]), ad::sin(stretch(x[1]))}, 0);
  };
  const std::vector<ad::Array<double>> start{ad::Array<double>::Zero(links, 1),
                                             ad::Array<double>::Zero(links, 1)};
  const auto found = ad::SparseLevenbergMarquardt().minimize(springs, start);
  BOOST_TEST(ad::has_converged(found.stop), to_string(found));
  BOOST_TEST(found.value < 1e-12);
  for (const Value& chain : found.x)
    BOOST_TEST(difference(chain, Value(Eigen::ArrayXd(Eigen::ArrayXd::LinSpaced(links, 1, links)))) < 1e-4);
}

BOOST_AUTO_TEST_CASE(singular_equations_are_damped_until_they_are_not) {
  const auto one_of_two = [](const Variable& x) { return ad::at(x, 0) * ad::at(x, 0) - 4.0; };
  ad::SparseLevenbergMarquardt undamped;
  undamped.first_damping = 0;
  const auto found = undamped.minimize(one_of_two, column({1, 1}));
  BOOST_TEST(ad::has_converged(found.stop), to_string(found));
  BOOST_TEST(difference(found.x, column({2, 1})) < 1e-6);
}

BOOST_AUTO_TEST_CASE(adam_takes_the_steps_of_its_authors) {
  // Two steps from algorithm 1 by hand, for f = 3 x² / 2 at x = 2.
  const auto f = [](const Variable& x) { return 1.5 * ad::sum(square(x)); };
  double x = 2, m = 0, v = 0;
  for (const int t : {1, 2}) {
    const double g = 3 * x;
    m = 0.8 * m + 0.2 * g;
    v = 0.9 * v + 0.1 * g * g;
    x -= 0.1 * (m / (1 - std::pow(0.8, t))) / (std::sqrt(v / (1 - std::pow(0.9, t))) + 1e-3);
  }
  ad::Adam adam;
  adam.step = 0.1;
  adam.mean_decay = 0.8;
  adam.square_decay = 0.9;
  adam.epsilon = 1e-3;
  adam.max_steps = 2;
  const auto found = adam.minimize(f, column({2}));
  BOOST_TEST(found.x.item() == x, boost::test_tools::tolerance(1e-14));
  BOOST_TEST((found.stop == ad::Stop::max_steps));
  BOOST_TEST(found.value == 1.5 * x * x, boost::test_tools::tolerance(1e-14));
  adam.max_steps = 2000;
  adam.tolerance = 1e-4;
  adam.anneal = true;
  const auto converged = adam.minimize(f, column({2, -1}));
  BOOST_TEST((converged.stop == ad::Stop::gradient), to_string(converged));
}

BOOST_AUTO_TEST_CASE(adam_learns_from_batches_and_anneals_to_their_common_minimum) {
  // Lines through noisy points, ten of them at a time; least squares on all is what they have in common.
  const ad::Index points = 200;
  const Value t = random_value({points, 1}, 1), noise = random_value({points, 1}, 2, -0.5, 0.5);
  const ad::Array<double> y = 1.5 * t.array() - 0.5 + noise.array();
  using Batch = std::pair<ad::Array<double>, ad::Array<double>>;
  const auto draw = [&](ad::Index step) {
    const ad::Index first = step % 20 * 10;
    return Batch{t.array().middleRows(first, 10), y.middleRows(first, 10)};
  };
  const auto loss = [](const Variables& p, const std::pair<Variable, Variable>& batch) {
    return ad::mean(square(p[0] * batch.first + p[1] - batch.second));
  };
  Eigen::MatrixX2d a(points, 2);
  a << t.array().matrix(), Eigen::VectorXd::Ones(points);
  const Eigen::Vector2d best = (a.transpose() * a).inverse() * a.transpose() * y.matrix();
  const std::vector<ad::Array<double>> start{ad::Array<double>::Zero(1, 1), ad::Array<double>::Zero(1, 1)};
  ad::Adam adam;
  adam.step = 0.05;
  adam.max_steps = 2000;
  adam.anneal = true;
  const auto found = adam.minimize(loss, start, draw);
  BOOST_TEST((found.stop == ad::Stop::max_steps));
  for (const int i : {0, 1})
    BOOST_TEST(std::abs(found.x[static_cast<std::size_t>(i)].item() - best[i]) < 0.01);
  const auto narrower = [&](ad::Index step) {
    return Batch{t.array().topRows(10 - (step == 3)), y.topRows(10)};
  };
  expect_error("[Adam] part 0 of a batch is (9,1); it was (10,1) in the first one",
               [&] { adam.minimize(loss, start, narrower); });
}

BOOST_AUTO_TEST_CASE(they_say_why_they_stopped) {
  const auto valley = problems()[0];
  ad::Lbfgs short_of_time;
  short_of_time.max_steps = 3;
  const auto unfinished = short_of_time.minimize(squares_of(valley), valley.start);
  BOOST_TEST((unfinished.stop == ad::Stop::max_steps));
  BOOST_TEST(unfinished.steps == 3);
  BOOST_TEST(to_string(unfinished).starts_with("not converged: gradient "));

  ad::Lbfgs exact;  // more exact than double is
  exact.tolerance = 0;
  const auto shifted = [](const Variable& x) { return ad::sum(square(x - 0.1)) + 1.0; };
  BOOST_TEST((exact.minimize(shifted, column({1, 2})).stop != ad::Stop::max_steps));

  // A wall of NaN is walked around; a start beyond it is not.
  const auto wall = [](const Variable& x) { return ad::sum(x - ad::log(x)); };
  BOOST_TEST(difference(ad::Lbfgs().minimize(wall, column({3, 0.01})).x, column({1, 1})) < 1e-7);
  BOOST_TEST(difference(ad::NewtonCg().minimize(wall, column({3, 0.01})).x, column({1, 1})) < 1e-7);
  BOOST_TEST((ad::Lbfgs().minimize(wall, column({-1, 1})).stop == ad::Stop::not_finite));
  BOOST_TEST((ad::Adam().minimize(wall, column({-1, 1})).stop == ad::Stop::not_finite));
  BOOST_TEST((ad::NewtonCg().minimize(wall, column({-1, 1})).stop == ad::Stop::not_finite));
  const auto roots = [](const Variable& x) { return ad::sqrt(x) - 1.0; };
  BOOST_TEST((ad::LevenbergMarquardt().minimize(roots, column({-1})).stop == ad::Stop::not_finite));

  expect_error("[minimize] nothing to change: the first guess has no entries", [&] {
    ad::Lbfgs().minimize(shifted, Value(Shape{0, 1}));
  });
  expect_error("[Lbfgs] history is 0; at least one pair must be kept", [&] {
    ad::Lbfgs none;
    none.history = 0;
    none.minimize(shifted, column({1}));
  });
  expect_error("[NewtonCg] first_radius is 0; it must be positive", [&] {
    ad::NewtonCg none;
    none.first_radius = 0;
    none.minimize(shifted, column({1}));
  });
  expect_error("[Adam] step is 0; it must be positive", [&] {
    ad::Adam none;
    none.step = 0;
    none.minimize(shifted, column({1}));
  });
  expect_error("[Adam] averages decay by 0.9 and 1; both must be at least 0 and below 1", [&] {
    ad::Adam endless;
    endless.square_decay = 1;
    endless.minimize(shifted, column({1}));
  });
  expect_error("[LevenbergMarquardt] first_damping is -1; it must not be negative", [&] {
    ad::LevenbergMarquardt negative;
    negative.first_damping = -1;
    negative.minimize(roots, column({1}));
  });
}

BOOST_AUTO_TEST_SUITE_END()
