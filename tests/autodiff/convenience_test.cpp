// What people write first, from knowing Eigen, NumPy or JAX.
#include "../support/values.hpp"

#include <boost/test/unit_test.hpp>

#include <map>
#include <sstream>

using namespace engram::test;

namespace {

template <class T>
struct Pair {
  T a, b;
  static constexpr auto members = std::tuple{&Pair::a, &Pair::b};
};

template <class T>
struct Mixed {
  std::array<T, 2> both;
  std::map<std::string, Pair<T>> named;
  static constexpr auto members = std::tuple{&Mixed::both, &Mixed::named};
};

struct Point {
  ad::Tape<double> tape;
  Variable x = tape.variable(2.0), w = tape.variable(Eigen::Vector3d(1, 2, 3));
  Pair<Variable> p{x, w};
};

const auto cube_sum = [](const Pair<Variable>& q) { return q.a * q.a * ad::sum(q.b * q.b); };

std::string text_of(const auto& x) {
  std::ostringstream out;
  out << x;
  return out.str();
}

}  // namespace

BOOST_AUTO_TEST_SUITE(convenience)

BOOST_AUTO_TEST_CASE(assignments_with_an_operation_make_another_variable) {
  Point p;
  Variable y = p.x;
  y += p.x, y *= 3.0, y -= p.w, y /= 2.0;
  BOOST_TEST(difference(y, Value(Eigen::Array3d(5.5, 5, 4.5))) == 0);
  BOOST_TEST(p.x.item() == 2);
  BOOST_TEST(ad::gradient_values(ad::sum(y), p.x).item() == 9);
}

BOOST_AUTO_TEST_CASE(eigen_arrays_and_matrices_are_constants_beside_variables) {
  Point p;
  const Eigen::MatrixXd m = Eigen::MatrixXd::Constant(4, 3, 0.5);
  BOOST_TEST(difference(ad::matmul(m, p.w), Value(Eigen::Array4d::Constant(3))) == 0);
  BOOST_TEST(difference(ad::matmul_tt(p.w, m), Value(Eigen::Array<double, 1, 4>::Constant(3))) == 0);
  BOOST_TEST(difference(p.w + Eigen::Vector3f(1, 1, 1), Value(Eigen::Array3d(2, 3, 4))) == 0);
  BOOST_TEST(difference(m.array() * ad::transpose(p.w),
                        Value(Eigen::Array<double, 1, 3>(0.5, 1, 1.5).replicate(4, 1))) == 0);
  BOOST_TEST(ad::gradient_values(ad::sum(ad::matmul(m, p.w)), p.w).array()(0, 0) == 2);
  ad::Tape<float> tape;
  BOOST_TEST((m + tape.variable(1.0f)).value()(3, 2) == 1.5f);
}

BOOST_AUTO_TEST_CASE(numbers_may_be_both_branches_of_a_selection) {
  Point p;
  BOOST_TEST(difference(ad::select(ad::greater(p.w, 1.5), 7.0, -1.0), Value(Eigen::Array3d(-1, 7, 7))) == 0);
}

BOOST_AUTO_TEST_CASE(functions_of_up_to_eight_scalars_are_lifted) {
  const auto f =
      ad::elementwise("f", [](auto a, auto b, auto c, auto d, auto e) { return a * b * c * d * e; });
  const auto report =
      ad::gradcheck([&](const Variables& x) { return Variables{f(x[0], x[1], x[2], x[0], x[1])}; },
                    distinct_values({{2, 3}, {1, 3}, {2, 1}}, 1));
  BOOST_TEST(report.passed, report.text);
}

BOOST_AUTO_TEST_CASE(a_loop_takes_its_carry_in_braces_and_deduces_the_rest) {
  Point p;
  const auto body = [](auto c, auto, auto) { return ad::StepResult<Variable>{{c[0] * c[0]}, {}}; };
  BOOST_TEST(ad::scan(body, {p.x}, {}, {}, 3).carry[0].item() == 256);
}

BOOST_AUTO_TEST_CASE(compiled_functions_take_and_return_lists_or_single_variables) {
  const std::vector<Shape> shapes = {{3, 1}, {1, 1}};
  const Values x = {Value(Eigen::Array3d(1, 2, 3)), Value(2.0)};
  for (const auto& f :
       {ad::compile<double>([](const auto&in) { return ad::sum(in[0]) * in[1]; }, shapes),
        ad::compile<double>([](Variable a, Variable b) { return ad::sum(a) * b; }, shapes),
        ad::compile<double>([](auto a, auto b) { return Variables{ad::sum(a) * b}; }, shapes)}) {
    BOOST_TEST(f(x)[0].item() == 12);
    BOOST_TEST(f(std::vector<ad::Array<double>>{x[0].array(), x[1].array()})[0].item() == 12);
    auto w = f.workspace();
    double a[3] = {4, 5, 6}, b = 3, y = 0;
    f.run(w, {a, &b}, {&y});
    BOOST_TEST(y == 45);
  }
  expect_error("[trace] a function of 1 variables gets 2",
               [&] { ad::compile<double>([](Variable a) { return a; }, shapes); });
}

BOOST_AUTO_TEST_CASE(variables_and_values_are_printed_with_their_shapes) {
  Point p;
  BOOST_TEST(text_of(p.x) == "(1,1) 2");
  BOOST_TEST(text_of(p.w) == "(3,1)\n1\n2\n3");
  BOOST_TEST(text_of(matrix({{1, 2.5}, {3, 4}})) == "(2,2)\n  1 2.5\n  3   4");
  ad::Tape<double> tape(ad::tracing);
  BOOST_TEST(text_of(tape.placeholder({2, 3})) == "(2,3), traced");
}

BOOST_AUTO_TEST_CASE(derivatives_have_the_form_of_what_they_are_taken_of) {
  Point p;
  const Pair<Value> g = ad::gradient_values(cube_sum(p.p), p.p);
  BOOST_TEST(g.a.item() == 56);
  BOOST_TEST(difference(g.b, Value(Eigen::Array3d(8, 16, 24))) == 0);
  const Pair<Pair<Variable>> h = ad::hessian_of(cube_sum)(p.p);
  BOOST_TEST(h.a.a.item() == 28);
  BOOST_TEST(difference(h.a.b, matrix({{8, 16, 24}})) == 0);
  BOOST_TEST(difference(h.b.b, Value((8 * Eigen::Matrix3d::Identity()).array())) == 0);
  const Pair<Variable> hv = ad::hvp_of(cube_sum)(p.p, p.p);
  BOOST_TEST(hv.a.item() == 28 * 2 + 8 + 32 + 72);
  const auto square = [](const Variable& x) { return ad::sum(x * x); };
  BOOST_TEST(difference(ad::hessian_of(square)(p.w), Value((2 * Eigen::Matrix3d::Identity()).array())) == 0);
  BOOST_TEST(difference(ad::jacobian_of(square)(p.w), matrix({{2, 4, 6}})) == 0);
  BOOST_TEST(ad::jvp_of(cube_sum)(p.p, p.p).item() == 56 * 2 + 8 + 32 + 72);
}

BOOST_AUTO_TEST_CASE(arrays_maps_and_pairs_of_leaves_are_trees) {
  Point p;
  const Mixed<Variable> m{{p.x, p.w}, {{"one", p.p}, {"two", {p.w, p.x}}}};
  BOOST_TEST(ad::flatten(m).size() == 6u);
  const auto shapes = ad::map_leaves(m, [](const Variable& v) { return v.shape(); });
  BOOST_TEST((shapes.named.at("two").a == Shape{3, 1}));
  const std::map<std::string, Variable> only{{"x", p.x}, {"w", p.w}};
  const auto g = ad::gradient_values(p.x * ad::sum(p.w), only);
  BOOST_TEST(g.at("x").item() == 6);
  BOOST_TEST(ad::gradient(p.x * p.x, std::array{p.x, p.x})[0].item() == 4);
}

BOOST_AUTO_TEST_CASE(a_function_of_a_tree_is_compiled_for_trees_like_one) {
  Point p;
  const auto g = ad::compile<double>(ad::value_and_gradient_of(cube_sum), p.p);
  const Pair<Value> values{Value(3.0), Value(Eigen::Array3d(1, 0, 1))};
  const auto [value, gradient] = g(values);
  BOOST_TEST(value.item() == 18);
  BOOST_TEST(gradient.a.item() == 12);
  BOOST_TEST(difference(gradient.b, Value(Eigen::Array3d(18, 0, 18))) == 0);
  BOOST_TEST(g(ad::flatten(values)).size() == 3u);
}

BOOST_AUTO_TEST_CASE(a_tree_is_the_carry_of_a_loop) {
  Point p;
  const auto body = [](const Pair<Variable>& c, const auto&, const Variable& k) {
    return std::pair(Pair<Variable>{c.a * k, c.b + c.a},
                     std::map<std::string, Variable>{{"b", ad::sum(c.b)}});
  };
  const auto [last, results] = ad::scan(body, p.p, {}, p.x, 2);
  BOOST_TEST(last.a.item() == 8);
  BOOST_TEST(difference(last.b, Value(Eigen::Array3d(7, 8, 9))) == 0);
  BOOST_TEST(difference(results.at("b"), matrix({{6}, {12}})) == 0);
  BOOST_TEST(ad::gradient_values(last.a, p.x).item() == 12);
}

BOOST_AUTO_TEST_CASE(a_function_that_gives_value_and_gradient_is_an_op) {
  const auto f = ad::black_box<double>("product", [](std::span<const Value> x) {
    const double a = x[0].item();
    return std::pair(a * a * x[1].array().sum(),
                     Values{Value(2 * a * x[1].array().sum()), Value(Eigen::Array3d::Constant(a * a))});
  });
  Point p;
  const auto run = [&](const Variables& x) {
    const auto y = f(x) * f(x);
    return Variables{y, ad::gradient(y, x)[0]};
  };
  const auto y = run({p.x, p.w});
  BOOST_TEST(y[0].item() == 24 * 24);
  BOOST_TEST(y[1].item() == 2 * 24 * 24);
  const Values x = {Value(p.x.value()), Value(p.w.value())};
  BOOST_TEST(difference(ad::compile<double>(run, shapes_of(x))(x), y) == 0);
  BOOST_TEST(f(x).item() == 24);
  expect_error("[product] a black box has first derivatives only", [&] { ad::gradient(y[1], p.x); });
  const auto wrong = ad::black_box<double>("wrong", [](auto) { return std::pair(1.0, Values{Value(1.0)}); });
  expect_error("[wrong] 1 derivatives of a function of 2 inputs", [&] { wrong({p.x, p.w}); });
  expect_error("[wrong] the derivative with respect to input 0 is (1,1), the input (3,1)",
               [&] { wrong({p.w}); });
}

BOOST_AUTO_TEST_SUITE_END()
