/// The programs of benchmarks/gradbench on tiny inputs: derivatives against central differences or closed
/// forms.
#define BOOST_TEST_MODULE gradbench
#include <boost/test/unit_test.hpp>

#include <cmath>
#include <program.hpp>

namespace engram::gradbench {

namespace {

Json answer(const std::string& eval, const std::string& function, const Json& input) {
  for (const Program& program : programs())
    if (program.eval == eval && program.function == function) {
      const Prepared prepared = program.prepare(input);
      prepared.compute();
      prepared.compute();  // once more, as GradBench does
      return prepared.output();
    }
  BOOST_FAIL(eval + " has no function " + function);
  return {};
}

/// The numbers of an answer, in order.
Numbers leaves(const Json& json) {
  if (json.is_number()) return {json.get<double>()};
  Numbers all;
  for (const Json& part : json) {
    const Numbers some = leaves(part);
    all.insert(all.end(), some.begin(), some.end());
  }
  return all;
}

template <class F>
void for_each_number(Json& json, const F& f) {
  if (json.is_number()) return f(json);
  for (Json& part : json) for_each_number(part, f);
}

/// For each number of a member of the input: how fast all numbers of the answer change with it.
std::vector<Numbers> differences(const std::string& eval, const std::string& function, Json input,
                                 const std::string& member) {
  std::vector<Numbers> all;
  for_each_number(input[member], [&](Json& number) {
    const double x = number, h = 1e-5;
    number = x + h;
    Numbers up = leaves(answer(eval, function, input));
    number = x - h;
    const Numbers down = leaves(answer(eval, function, input));
    number = x;
    for (std::size_t i = 0; i < up.size(); ++i) up[i] = (up[i] - down[i]) / (2 * h);
    all.push_back(up);
  });
  return all;
}

void check_close(double a, double b) {
  BOOST_TEST(std::abs(a - b) <= 1e-6 * std::max(1.0, std::abs(a) + std::abs(b)), a << " and " << b);
}

/// A derivative of one number of the answer, the last one, by a member of the input.
void check_gradient(const std::string& eval, const std::string& function, const Json& input,
                    const std::string& member, const Json& gradient) {
  const std::vector<Numbers> expected = differences(eval, function, input, member);
  const Numbers g = leaves(gradient);
  BOOST_TEST_REQUIRE(g.size() == expected.size());
  for (std::size_t i = 0; i < g.size(); ++i) check_close(g[i], expected[i].back());
}

/// Numbers without a pattern.
Json some(std::size_t n, double phase = 0) {
  Json all = Json::array();
  for (std::size_t i = 0; i < n; ++i) all.push_back(std::sin(2.3 * static_cast<double>(i) + phase));
  return all;
}
Json some_rows(std::size_t rows, std::size_t n, double phase = 0) {
  Json all = Json::array();
  for (std::size_t i = 0; i < rows; ++i) all.push_back(some(n, phase + 1.7 * static_cast<double>(i)));
  return all;
}

/// 22 bones in a chain, 5 vertices, 4 points.
Json hand(bool on_triangles) {
  Json relative = Json::array(), inverse = Json::array(), parents = Json::array(),
       rest = some_rows(5, 4, 0.3);
  for (int b = 0; b < 22; ++b) {
    parents.push_back(b - 1);
    for (Json* all : {&relative, &inverse}) {
      Json m = some_rows(4, 4, b + (all == &relative ? 0.5 : 0.7));
      for (std::size_t i = 0; i < 4; ++i)
        for (std::size_t j = 0; j < 4; ++j) m[i][j] = 0.1 * m[i][j].get<double>() + (i == j ? 1 : 0);
      all->push_back(m);
    }
  }
  const Json model{{"parents", parents},
                   {"base_relatives", relative},
                   {"inverse_base_absolutes", inverse},
                   {"base_positions", rest},
                   {"weights", some_rows(5, 22, 1.1)},
                   {"is_mirrored", true},
                   {"triangles", {{0, 1, 2}, {2, 3, 4}, {4, 0, 1}}}};
  Json input{{"theta", some(26, 0.2)},
             {"data", {{"model", model}, {"points", some_rows(4, 3)}, {"correspondences", {2, 0, 1, 2}}}},
             {"us", Json::array()}};
  if (on_triangles) input["us"] = some_rows(4, 2, 0.9);
  return input;
}

}  // namespace

BOOST_AUTO_TEST_CASE(hello_squares_and_doubles) {
  BOOST_TEST(answer("hello", "square", 3.0).get<double>() == 9);
  BOOST_TEST(answer("hello", "double", 3.0).get<double>() == 6);
}

BOOST_AUTO_TEST_CASE(the_jacobian_of_bundle_adjustment_is_that_of_differences) {
  for (const double turn : {1.0, 0.0}) {  // without a turn the rotation has another formula
    Json camera = some(11, 0.4);
    for (std::size_t i = 0; i < 3; ++i) camera[i] = turn * camera[i].get<double>();
    const Json input{{"n", 2},   {"m", 3},         {"p", 300}, {"cam", camera}, {"x", some(3, 2.0)},
                     {"w", 0.7}, {"feat", some(2)}};
    const Json jacobian = answer("ba", "jacobian", input);
    std::vector<Numbers> expected;
    for (const std::string member : {"cam", "x", "w"})
      for (const Numbers& d : differences("ba", "objective", input, member)) expected.push_back(d);
    // The answer's numbers: the errors of the first observation and a count, and the same of the weight.
    for (std::size_t error = 0; error < 2; ++error)
      for (std::size_t i = turn == 0 ? 3 : 0; i < 15; ++i)
        check_close(jacobian["vals"][15 * error + i], expected[i][error]);
    check_close(jacobian["vals"].back(), -1.4);
    BOOST_TEST(jacobian["rows"].back() == 31 * 300);
    BOOST_TEST(jacobian["cols"].back() == 2 * 11 + 3 * 3 + 300 - 1);
  }
}

BOOST_AUTO_TEST_CASE(the_gradient_of_a_determinant_is_that_of_differences) {
  for (const std::size_t n : {1, 4, 7}) {
    const Json input{{"A", some(n * n)}, {"ell", n}};
    check_gradient("det", "primal", input, "A", answer("det", "gradient", input));
  }
  BOOST_TEST(answer("det", "primal", {{"A", {2, 1, 1, 3}}, {"ell", 2}}).get<double>() == 5);
}

BOOST_AUTO_TEST_CASE(the_gradient_of_a_mixture_is_that_of_differences) {
  const Json input{{"d", 3},
                   {"k", 2},
                   {"n", 4},
                   {"m", 1},
                   {"gamma", 0.8},
                   {"x", some_rows(4, 3)},
                   {"alpha", some(2)},
                   {"mu", some_rows(2, 3, 0.6)},
                   {"q", some_rows(2, 3, 0.1)},
                   {"l", some_rows(2, 3, 0.8)}};
  const Json gradient = answer("gmm", "jacobian", input);
  for (const std::string member : {"alpha", "mu", "q", "l"})
    check_gradient("gmm", "objective", input, member, gradient[member]);
}

BOOST_AUTO_TEST_CASE(one_standard_normal_point_has_its_log_density) {
  // With m = 0 and gamma = 1 the prior of a precision q² of one dimension is that of a chi-squared variable
  // of two degrees.
  const Json input{
      {"d", 1},       {"k", 1},         {"n", 1},        {"m", 0},       {"gamma", 1.0},
      {"x", {{0.5}}}, {"alpha", {0.3}}, {"mu", {{0.0}}}, {"q", {{0.0}}}, {"l", Json::array({Json::array()})}};
  check_close(answer("gmm", "objective", input), -0.5 * std::log(2 * M_PI) - 0.125 - std::log(2.0) - 0.5);
}

BOOST_AUTO_TEST_CASE(the_jacobian_of_a_hand_is_that_of_differences) {
  for (const bool on_triangles : {false, true}) {
    const Json input = hand(on_triangles), jacobian = answer("ht", "jacobian", input);
    const std::vector<Numbers> by_pose = differences("ht", "objective", input, "theta");
    const std::size_t first = on_triangles ? 2 : 0;
    BOOST_TEST_REQUIRE(jacobian.size() == 12U);
    for (std::size_t row = 0; row < 12; ++row)
      for (std::size_t i = 0; i < 26; ++i) check_close(jacobian[row][first + i], by_pose[i][row]);
    if (!on_triangles) continue;
    const std::vector<Numbers> by_place = differences("ht", "objective", input, "us");
    for (std::size_t row = 0; row < 12; ++row)
      for (std::size_t i = 0; i < 2; ++i) check_close(jacobian[row][i], by_place[2 * (row / 3) + i][row]);
  }
}

BOOST_AUTO_TEST_CASE(newtons_step_leads_from_the_mean_of_the_nearest_points) {
  const Json points = some_rows(60, 2), centroids = some_rows(3, 2, 0.4);
  const Json step = answer("kmeans", "dir", {{"points", points}, {"centroids", centroids}});
  double cost = 0;
  std::vector<std::array<double, 3>> sums(3);
  for (const Json& p : points) {
    const auto distance = [&](std::size_t k) {
      return std::pow(p[0].get<double>() - centroids[k][0].get<double>(), 2) +
             std::pow(p[1].get<double>() - centroids[k][1].get<double>(), 2);
    };
    std::size_t nearest = 0;
    for (const std::size_t k : {1, 2}) nearest = distance(k) < distance(nearest) ? k : nearest;
    cost += distance(nearest);
    for (std::size_t i = 0; i < 2; ++i) sums[nearest][i] += p[i].get<double>();
    ++sums[nearest][2];
  }
  check_close(answer("kmeans", "cost", {{"points", points}, {"centroids", centroids}}), cost);
  for (std::size_t k = 0; k < 3; ++k)
    for (std::size_t i = 0; i < 2; ++i)
      check_close(step[k][i], centroids[k][i].get<double>() - sums[k][i] / sums[k][2]);
}

BOOST_AUTO_TEST_CASE(gradients_of_sums_are_those_of_differences) {
  for (const int n : {2, 9, 130}) {
    const Json input{{"x", some(4)}, {"n", n}};
    check_gradient("llsq", "primal", input, "x", answer("llsq", "gradient", input));
  }
  const Json input{{"x", some(6)}};
  check_gradient("lse", "primal", input, "x", answer("lse", "gradient", input));
}

BOOST_AUTO_TEST_CASE(the_gradient_of_a_recurrent_network_is_that_of_differences) {
  const Json input{{"main_params", some_rows(4, 8)},
                   {"extra_params", some_rows(3, 2, 0.5)},
                   {"state", some_rows(4, 2, 0.7)},
                   {"sequence", {{1, 0}, {0, 1}, {1, 1}, {0, 0}, {1, 0}}}};
  const Numbers gradient = answer("lstm", "jacobian", input);
  check_gradient("lstm", "objective", input, "main_params", Numbers(gradient.begin(), gradient.begin() + 32));
  check_gradient("lstm", "objective", input, "extra_params", Numbers(gradient.begin() + 32, gradient.end()));
}

BOOST_AUTO_TEST_CASE(the_gradient_of_an_equations_solution_is_that_of_differences) {
  const Json input{{"x", some(4, 0.5)}, {"s", 5}};
  check_gradient("ode", "primal", input, "x", answer("ode", "gradient", input));
}

BOOST_AUTO_TEST_CASE(descents_find_what_gradbench_expects_in_each_mode) {
  for (const std::string mode : {"rr", "rf", "fr", "ff"}) {
    check_close(answer("particle", mode, {{"w", 0.0}}), 0.2071918746486616);
    for (const double x : leaves(answer("saddle", mode, {{"start", {1.0, 1.0}}})))
      check_close(x, 8.246324826140356e-06);
  }
}

}  // namespace engram::gradbench
