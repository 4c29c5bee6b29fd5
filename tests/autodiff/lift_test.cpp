// Scalar code as ops, and dual numbers as Eigen's scalars.
#include <engram/autodiff/lift.hpp>

#include "../support/allocations.hpp"
#include "../support/check_in_a_loop.hpp"
#include "../support/fifth_derivative.hpp"
#include "../support/replay.hpp"
#include "../support/stacks.hpp"
#include "../support/values.hpp"

#include <Eigen/Cholesky>
#include <Eigen/LU>
#include <Eigen/QR>
#include <boost/test/unit_test.hpp>

#include <cmath>

using namespace engram::test;

namespace {

/// As Ceres has it: a camera of 6 numbers, a point of 3, a residual of 2, with a branch.
struct Project {
  template <typename T>
  bool operator()(const T* const camera, const T* const point, T* residual) const {
    using std::cos;
    using std::sin;
    using std::sqrt;
    const T theta2 = camera[0] * camera[0] + camera[1] * camera[1] + camera[2] * camera[2];
    T p[3];
    if (theta2 > T(0.5)) {
      const T theta = sqrt(theta2), c = cos(theta), s = sin(theta), inverse = T(1.0) / theta;
      const T w[3] = {camera[0] * inverse, camera[1] * inverse, camera[2] * inverse};
      const T cross[3] = {w[1] * point[2] - w[2] * point[1], w[2] * point[0] - w[0] * point[2],
                          w[0] * point[1] - w[1] * point[0]};
      const T dot = (w[0] * point[0] + w[1] * point[1] + w[2] * point[2]) * (T(1.0) - c);
      for (int i = 0; i < 3; ++i) p[i] = point[i] * c + cross[i] * s + w[i] * dot;
    } else {
      for (int i = 0; i < 3; ++i) p[i] = point[i] * theta2 + camera[i];
    }
    for (int i = 0; i < 3; ++i) p[i] += camera[3 + i];
    residual[0] = p[0] / (p[2] * p[2] + 2.0);
    residual[1] = p[1] * p[2];
    return true;
  }
};
const auto project = ad::lift<ad::Columns<6, 3>, ad::Columns<2>>("project", Project{});

/// Two inputs, two results, a loop of data-dependent length.
const auto powers = ad::lift<ad::Columns<2, 1>, ad::Columns<1, 2>>(
    "powers", []<class T>(const Eigen::Matrix<T, 2, 1>& x, const T& s) {
      T sum = T(0), term = T(1);
      for (int k = 1; k < 30 && abs(term) > 1e-3; ++k) {
        term *= 0.3 * x[0] * s / k;
        sum += term;
      }
      const Eigen::Matrix<T, 2, 1> both(sum * x[1], exp(-s * s) + x.squaredNorm());
      return std::tuple(sin(sum) + x[1], both);
    });

const auto arrays = ad::lift<3, 3>("arrays", []<class T>(const std::array<T, 3>& x) {
  std::array<T, 3> y;
  for (std::size_t i = 0; i < 3; ++i)
    y[i] = x[i] > x[(i + 1) % 3] ? x[i] * x[0] : tanh(x[i]) / (2 + x[1] * x[1]);
  return y;
});

struct Case {
  const char* name;
  std::function<Variables(const Variables&)> f;
  std::vector<std::vector<Shape>> shapes;
};
const std::vector<Case> cases{
    {"project",
     [](const Variables& x) { return Variables{project(x[0], x[1])}; },
     {{{5, 6}, {5, 3}}, {{1, 6}, {5, 3}}, {{19, 6}, {1, 3}}, {{1, 6}, {1, 3}}}},
    {"powers",
     [](const Variables& x) { return powers(x[0], x[1]); },
     {{{5, 2}, {5, 1}}, {{1, 2}, {11, 1}}, {{4, 2}, {1, 1}}}},
    {"arrays", [](const Variables& x) { return Variables{arrays(x[0])}; }, {{{7, 3}}, {{1, 3}}, {{0, 3}}}},
    {"jacobian_rows",
     [](const Variables& x) { return Variables{project.jacobian_rows(x[0], x[1])}; },
     {{{3, 6}, {3, 3}}, {{1, 6}, {9, 3}}}},
    {"jacobian_rows",
     [](const Variables& x) { return Variables{powers.jacobian_rows(x[0], x[1])}; },
     {{{3, 2}, {3, 1}}}},
};

}  // namespace

BOOST_AUTO_TEST_SUITE(lift)

BOOST_AUTO_TEST_CASE(first_and_second_derivatives_agree_with_differences) {
  for (const Case& c : cases)
    for (const auto& of : c.shapes) {
      const auto report = ad::gradcheck(c.f, distinct_values(of, 1));
      BOOST_TEST(report.passed, c.name << to_string(of[0]) << ": " << report.text);
    }
}

BOOST_AUTO_TEST_CASE(derivatives_to_the_fourth_order_are_those_of_ops) {
  const auto lifted = ad::lift<2, 2>("f", []<class T>(const Eigen::Matrix<T, 2, 1>& x) {
    return std::array<T, 2>{exp(x[0] * x[1]) + x[0] * x[0] * x[1], sin(x[0]) / (1.5 + x[1] * x[1])};
  });
  // more than eight columns: backwards
  const auto wide = ad::lift<9, 2>("wide", []<class T>(const Eigen::Matrix<T, 9, 1>& x) {
    return std::array<T, 2>{exp(x[0] * x[1]) + x[0] * x[0] * x[1], sin(x[0]) / (1.5 + x[1] * x[1])};
  });
  const auto of_ops = [](const Variables& in) {
    const Variable x = ad::column(in[0], 0), y = ad::column(in[0], 1);
    return Variables{ad::concatenate({ad::exp(x * y) + x * x * y, ad::sin(x) / (1.5 + y * y)}, 1)};
  };
  for (const ad::Index rows : {1, 5, 20})
    for (const ad::Index columns : {2, 9}) {
      ad::Tape<double> tape;
      const auto x = record(tape, distinct_values({{rows, columns}}, 1));
      const auto f = [&](const Variables& v) { return Variables{columns == 2 ? lifted(v[0]) : wide(v[0])}; };
      BOOST_TEST(difference(with_derivatives(f, x, 4), with_derivatives(of_ops, x, 4)) < 1e-12);
    }
}

BOOST_AUTO_TEST_CASE(a_fifth_derivative_is_an_error_that_says_so) {
  expect_no_fifth_derivative(ad::lift<1, 1>("fifth_power", [](auto x) { return x * x * x * x * x; }));
}

BOOST_AUTO_TEST_CASE(rows_have_the_bits_that_they_have_alone) {
  for (const auto& [name, f, of] : cases) {
    ad::Tape<double> tape;
    std::vector<Shape> shapes = of[0];
    for (Shape& s : shapes) s.rows = 37;
    const auto x = record(tape, distinct_values(shapes, 1));
    const Variables y = f(x), g = ad::gradient(weighted_sum(y), x);
    for (ad::Index r = 0; r < 37; ++r) {
      ad::Tape<double> own;
      Variables x_r;
      for (const auto& v : x) x_r.push_back(own.variable(v.value().row(r)));
      const Variables y_r = f(x_r);
      for (std::size_t k = 0; k < y.size(); ++k) {
        const ad::Index size = y_r[k].shape().size();
        BOOST_TEST((Eigen::Map<const Eigen::ArrayXd>(y[k].value().data() + r * size, size) ==
                    Eigen::Map<const Eigen::ArrayXd>(y_r[k].value().data(), size))
                       .all(),
                   name << " row " << r);
      }
    }
  }
}

BOOST_AUTO_TEST_CASE(stacks_are_a_loop_over_matrices) {
  for (const auto& [name, f, shapes] : cases)
    for (const auto& of : shapes)
      for (const bool shared : {false, true}) {
        std::vector<Shape> stacked = of;
        for (std::size_t i = shared ? 1 : 0; i < of.size(); ++i) stacked[i].stack = 3;
        if (std::string(name) == "jacobian_rows" || (shared && of.size() == 1)) continue;
        ad::Tape<double> tape;
        const auto x = record(tape, distinct_values(stacked, 1));
        const auto alone = [&f = f](const Variables& v) { return one_by_one(f, v, 3); };
        BOOST_TEST(difference(with_derivatives_on_stacks(f, x), with_derivatives_on_stacks(alone, x)) < 1e-13,
                   name);
      }
}

BOOST_AUTO_TEST_CASE(compiled_functions_give_the_same_bits_and_allocate_nothing) {
  for (const auto& [name, f, shapes] : cases) {
    const auto all = [&f = f](const Variables& x) { return with_derivatives(f, x, 2); };
    const Values x = distinct_values(shapes[0], 1);
    const auto compiled = ad::compile<double>(all, shapes_of(x));
    Replay replay(compiled, x);
    replay.run();
    BOOST_TEST(allocations([&] { replay.run(), replay.run(); }) == 0u, name);
    ad::Tape<double> tape;
    BOOST_TEST(difference(replay.results(), all(record(tape, x))) == 0, name);
  }
}

BOOST_AUTO_TEST_CASE(it_works_in_loops) {
  const auto pair = ad::lift<ad::Columns<1, 1>, ad::Columns<1>>(
      "pair", [](auto a, auto b) { return a > b ? sin(a * b) : a * b / (2 + b * b); });
  const auto body = [&](auto carry, auto x, auto constants) {
    const auto column = [](const Variable& v) { return ad::reshape(v, {v.shape().size(), 1}); };
    const auto y = ad::reshape(pair(column(carry[0]), column(ad::broadcast_to(x[0], carry[0].shape()))),
                               carry[0].shape());
    return ad::StepResult<Variable>{{ad::tanh(y * constants[0])}, {y * x[0]}};
  };
  check_in_a_loop(body);
}

BOOST_AUTO_TEST_CASE(a_lifted_function_may_differentiate_another_on_its_way) {
  const auto inner = ad::lift<9, 1>("inner", []<class T>(const std::array<T, 9>& x) {
    T product(1);
    for (const T& factor : x) product = product * factor;
    return product;
  });
  const auto outer = ad::lift<9, 1>("outer", [&]<class T>(const std::array<T, 9>& x) {
    const T y = x[0] * x[1];
    ad::Tape<double> tape;
    const auto at = tape.variable(ad::Array<double>::Constant(1, 9, 2.0));
    return y * ad::gradient_values(sum(inner(at)), {at})[0].array()(0, 3) + x[2];
  });
  ad::Tape<double> tape;
  const auto x = tape.variable(Eigen::RowVectorXd::LinSpaced(9, 1, 9));
  Eigen::RowVectorXd expected = Eigen::RowVectorXd::Zero(9);
  expected.head(3) << 2 * 256, 1 * 256, 1;
  BOOST_TEST((ad::gradient_values(sum(outer(x)), {x})[0].array().matrix() == expected));
}

BOOST_AUTO_TEST_CASE(jacobian_rows_are_blocks_of_the_jacobian) {
  ad::Tape<double> tape;
  const auto x = record(tape, distinct_values({{11, 6}, {11, 3}}, 1));
  const Variable j = project.jacobian_rows(x[0], x[1]), y = project(x[0], x[1]);
  BOOST_TEST((j.shape() == Shape{2, 9, 11}));
  const auto dense = ad::jacobian(y, x);
  double apart = 0;
  for (ad::Index r = 0; r < 11; ++r)
    for (ad::Index k = 0; k < 2; ++k)
      for (ad::Index i = 0; i < 9; ++i) {
        const double expected =
            i < 6 ? dense[0].value()(2 * r + k, 6 * r + i) : dense[1].value()(2 * r + k, 3 * r + i - 6);
        apart = std::max(apart, std::abs(j.value()(2 * r + k, i) - expected));
      }
  BOOST_TEST(apart < 1e-14);
}

BOOST_AUTO_TEST_CASE(plain_values_and_both_precisions_work_alike) {
  for_all_kinds([](auto make) {
    const auto y = array_of(arrays(make(random_value({40, 3}, 1).array())));
    const auto expected = arrays(random_value({40, 3}, 1)).array();
    BOOST_TEST((y.template cast<double>() - expected).abs().maxCoeff() < 1e-6);
  });
}

BOOST_AUTO_TEST_CASE(a_matrix_of_a_stack_is_a_row) {
  ad::Tape<double> tape;
  const auto m = record(tape, distinct_values({{3, 1, 20}}, 1))[0];
  const Variable y = arrays(ad::restack(m, {20, 3})), one = arrays(ad::transpose(ad::slice_stack(m, 7, 1)));
  BOOST_TEST(difference(ad::slice_rows(y, 7, 1), one) == 0);
}

BOOST_AUTO_TEST_CASE(code_may_ask_for_the_number_itself) {
  const auto table = ad::lift<1, 1>("table", [](auto x) {
    static constexpr double slopes[] = {1, 3, 5, 7};
    return slopes[static_cast<int>(x.primal())] * x;
  });
  ad::Tape<double> tape;
  const Eigen::VectorXd x = Eigen::VectorXd::LinSpaced(40, 0, 3.9);
  const Variable v = tape.variable(x), g = ad::gradient(ad::sum(table(v)), v);
  for (int i = 0; i < 40; ++i) BOOST_TEST(g.value()(i) == 1 + 2 * std::floor(x(i)));
}

BOOST_AUTO_TEST_CASE(a_zero_pulls_nothing_along_an_infinite_slope) {
  const auto root = ad::lift<9, 2>("root", []<class T>(const Eigen::Matrix<T, 9, 1>& x) {
    return std::array<T, 2>{sqrt(x[0]), x.sum()};
  });
  ad::Tape<double> tape;
  const Variable x = tape.variable(Eigen::MatrixXd::Zero(20, 9));
  const Variable g = ad::gradient(ad::sum(ad::column(root(x), 1)), x);
  BOOST_TEST((g.value() == 1).all());
}

// --- what goes wrong ---------------------------------------------------------------------------------------

BOOST_AUTO_TEST_CASE(a_function_that_throws_is_heard) {
  const auto thrower = ad::lift<1, 1>("thrower", [](auto x) {
    if (x < 0.0) throw std::runtime_error("below zero");
    return x;
  });
  ad::Tape<double> tape;
  const Eigen::VectorXd x = Eigen::VectorXd::LinSpaced(20, 1, -1);
  BOOST_CHECK_EXCEPTION(thrower(tape.variable(x)), std::runtime_error,
                        [](const auto& e) { return e.what() == std::string("below zero"); });
  BOOST_TEST(thrower(tape.variable(Eigen::VectorXd(x.head(5)))).value()(4) == x(4));
}

BOOST_AUTO_TEST_CASE(a_nan_names_the_op) {
  const auto root = ad::lift<1, 1>("root_of_minus", [](auto x) { return sqrt(-x); });
  ad::Tape<double> tape;
  root(tape.variable(Eigen::VectorXd::Ones(20)));
  const auto found = ad::find_non_finite(tape);
  BOOST_REQUIRE(found.has_value());
  BOOST_TEST(found->operation == "root_of_minus");
}

BOOST_AUTO_TEST_CASE(a_functor_that_fails_gives_its_row_nan) {
  const auto picky = ad::lift<ad::Columns<1>, ad::Columns<1>>("picky", []<class T>(const T* x, T* y) {
    if (x[0] < 0.0) return false;
    y[0] = x[0] * x[0];
    return true;
  });
  ad::Tape<double> tape;
  const Eigen::VectorXd x = Eigen::VectorXd::LinSpaced(21, -10, 10);
  const Variable v = tape.variable(x), y = picky(v), g = ad::gradient(ad::sum(y), v),
                 j = picky.jacobian_rows(v);
  for (int i = 0; i < 21; ++i) {
    BOOST_TEST(std::isnan(y.value()(i)) == (x(i) < 0));
    BOOST_TEST(std::isnan(g.value()(i)) == (x(i) < 0));
    BOOST_TEST(std::isnan(j.value()(i)) == (x(i) < 0));
  }
}

#ifndef NDEBUG
BOOST_AUTO_TEST_CASE(who_reads_beyond_an_input_finds_nan_in_debug_builds) {
  const auto beyond = ad::lift<ad::Columns<2, 1>, ad::Columns<1>>(
      "beyond", []<class T>(const T* x, const T*, T* y) { y[0] = x[2]; });
  BOOST_TEST(beyond(random_value({20, 2}, 1), random_value({20, 1}, 2)).array().isNaN().all());
}
#endif

BOOST_AUTO_TEST_CASE(inputs_that_do_not_fit_are_errors_that_name_the_function) {
  const Value a = random_value({4, 6}, 1), b = random_value({4, 4}, 2), c = random_value({3, 3}, 3);
  expect_error("[project] input 1 is (4,4), and the function that is lifted takes 3 column(s) of it",
               [&] { project(a, b); });
  expect_error("[project] input 1 is (3,3), and one before has 4 rows", [&] { project(a, c); });
}

// --- dual numbers with several tangents ------------------------------------------------------------------

/// What a function of dual numbers with so many tangents gives along each of them, beside a number each with
/// one tangent.
template <class S, int tangents>
void check_tangents(double tolerance) {
  using Several = ad::Dual<S, 1, tangents>;
  const auto f = [](auto x, auto y, auto z) {
    return pow(x, y) + atan2(y, z) * 2 - z / x + max(x, y) + lgamma(x * z) - 3 * erf(y) + hypot(x, z) / 0.7 +
           xlogy(x, y);
  };
  const double at[] = {1.3, 0.7, 2.1};
  std::array<Several, 3> x;
  for (int i = 0; i < 3; ++i) x[static_cast<std::size_t>(i)] = Several(at[i]);
  for (int i = 0; i < tangents; ++i) x[static_cast<std::size_t>(i % 3)].tangent.set(i, i < 3 ? 1.0 : -0.5);
  const Several all = f(x[0], x[1], x[2]);
  for (int i = 0; i < tangents; ++i) {
    using One = ad::Dual<S>;
    const auto along = [&](int j) { return One(at[j], i % 3 == j ? (i < 3 ? 1.0 : -0.5) : 0.0); };
    const One one = f(along(0), along(1), along(2));
    BOOST_TEST(all.tangent[i].primal() == one.tangent.primal(), boost::test_tools::tolerance(S(tolerance)));
    BOOST_TEST(all.primal() == one.primal());
  }
}

BOOST_AUTO_TEST_CASE(dual_numbers_with_several_tangents_are_several_dual_numbers) {
  [&]<int... k>(std::integer_sequence<int, k...>) {
    (check_tangents<double, k + 2>(1e-14), ...);
    (check_tangents<float, k + 2>(1e-5), ...);
  }
  (std::make_integer_sequence<int, 9>());
  check_tangents<double, 17>(1e-14);
  check_tangents<float, 17>(1e-5);
  check_tangents<float, 33>(1e-5);
}

BOOST_AUTO_TEST_CASE(decompositions_of_eigen_take_dual_numbers) {
  using Jet = ad::Dual<double, 1, 2>;
  using Matrix = Eigen::Matrix<Jet, 3, 3>;
  // m(s, t) = a + s b + t c; of the inverse the derivative by s is -m⁻¹ b m⁻¹
  Eigen::Matrix3d a, b, c;
  a << 4, 1, 0.5, 1, 5, 0.3, 0.5, 0.3, 6;
  b << 0.1, 0.2, 0, 0.2, 0.4, 0.3, 0, 0.3, -0.2;
  c << 0.3, 0, 0.1, 0, 0.2, 0, 0.1, 0, 0.5;
  const Jet s = Jet::moving(0.4, 0), t = Jet::moving(-0.2, 1);
  const Matrix m = a.cast<Jet>() + s * b.cast<Jet>() + t * c.cast<Jet>();
  const Eigen::Matrix3d number = a + 0.4 * b - 0.2 * c, inverse = number.inverse();
  const Eigen::Matrix3d by_s = -inverse * b * inverse, by_t = -inverse * c * inverse;
  const auto check = [&](const Matrix& found) {
    for (int i = 0; i < 9; ++i) {
      BOOST_TEST(std::abs(found(i).primal() - inverse(i)) < 1e-14);
      BOOST_TEST(std::abs(found(i).tangent[0].primal() - by_s(i)) < 1e-14);
      BOOST_TEST(std::abs(found(i).tangent[1].primal() - by_t(i)) < 1e-14);
    }
  };
  const Matrix one = Matrix::Identity();
  check(m.inverse());
  check(m.llt().solve(one));
  check(m.ldlt().solve(one));
  check(m.partialPivLu().solve(one));
  check(m.fullPivLu().solve(one));
  check(m.householderQr().solve(one));
  check(m.colPivHouseholderQr().solve(one));
  const Eigen::Matrix<Jet, Eigen::Dynamic, Eigen::Dynamic> large = m;
  check(large.inverse());
  const Jet d = m.determinant();
  BOOST_TEST(d.tangent[0].primal() == number.determinant() * (inverse * b).trace(),
             boost::test_tools::tolerance(1e-13));
  const Jet norm = (2.0 * m.col(0) / 3.0).norm();
  BOOST_TEST(norm.primal() == (2.0 * number.col(0) / 3.0).norm(), boost::test_tools::tolerance(1e-14));
}

BOOST_AUTO_TEST_SUITE_END()
