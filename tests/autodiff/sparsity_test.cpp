// Patterns of Jacobians, colours of columns, Jacobians and Hessians that are almost all zeros.
#include <engram/autodiff/lift.hpp>
#include <engram/autodiff/sparsity.hpp>

#include "../support/random_program.hpp"
#include "../support/values.hpp"

#include <boost/test/unit_test.hpp>

#include <numbers>
#include <set>

using namespace engram::test;

namespace {

Eigen::MatrixXd dense(const auto& f, const Values& x) {
  const auto j = ad::compile<double>(
      [&](const Variables& in) { return ad::jacobian(ad::detail::as_list<double>(f(in)).at(0), {in[0]})[0]; },
      shapes_of(x));
  return j(x)[0].matrix();
}

Eigen::MatrixXd pattern_of(const ad::Dependencies& d, ad::Index columns) {
  Eigen::MatrixXd m = Eigen::MatrixXd::Zero(d.entries(), columns);
  for (ad::Index r = 0; r < d.entries(); ++r)
    for (const ad::Index c : d.of(r)) m(r, c) = 1;
  return m;
}

/// The Jacobian is that of `jacobian`, and the pattern has so many entries.
void expect_sparse(const auto& f, const Values& x, std::size_t entries) {
  auto sparse = ad::sparse_jacobian<double>(f, shapes_of(x));
  const auto [value, jacobian] = sparse(x);
  BOOST_TEST(difference(Value(jacobian.toDense()), Value(dense(f, x))) < 1e-14);
  ad::Tape<double> tape;
  BOOST_TEST(difference(value, ad::detail::as_list<double>(f(record(tape, x))).at(0)) < 1e-14);
  BOOST_TEST(sparse.pattern().sources.size() == entries);
  BOOST_TEST(jacobian.nonZeros() == static_cast<ad::Index>(entries));
}

/// -u'' + exp(u) between zeros.
constexpr auto bratu = [](const Variables& x) {
  const Variable& u = x[0];
  const ad::Index n = u.rows();
  const Variable last = ad::pad(ad::slice_rows(u, 0, n - 1), 1, 0, 0, 0),
                 next = ad::pad(ad::slice_rows(u, 1, n - 1), 0, 1, 0, 0);
  return 2.0 * u - last - next + 0.1 * ad::exp(u);
};

}  // namespace

BOOST_AUTO_TEST_SUITE(sparsity)

BOOST_AUTO_TEST_CASE(entries_are_followed_through_all_kinds_of_ops) {
  const Value x = random_value({4, 3}, 1), row = random_value({1, 3}, 2);
  const auto of = [](auto f) { return [f](const Variables& in) { return f(in[0]); }; };
  expect_sparse(of([](const Variable& v) { return sin(v) * v; }), {x}, 12);
  expect_sparse(of([](const Variable& v) { return transpose(v) * 2.0; }), {x}, 12);
  expect_sparse(of([](const Variable& v) { return sum(square(v), 1); }), {x}, 12);   // a row each
  expect_sparse(of([](const Variable& v) { return v - mean(v, 0); }), {x}, 4 * 12);  // a column each
  expect_sparse(of([](const Variable& v) { return ad::slice_rows(v, 1, 2); }), {x}, 6);
  expect_sparse(of([](const Variable& v) { return ad::gather_rows(v, {2, 2, 0}); }), {x}, 9);
  expect_sparse(of([](const Variable& v) { return ad::scatter_rows(v, {1, 1, 0, 5}, 6); }), {x}, 12);
  expect_sparse(of([](const Variable& v) { return ad::concatenate({v, v * v}, 1); }), {x}, 24);
  expect_sparse(of([](const Variable& v) { return ad::cumsum(v, 0); }), {x}, 3 * 10);
  expect_sparse(of([](const Variable& v) {
                  return ad::matmul(v, v.tape().constant(random_value({3, 2}, 3)));
                }),
                {x}, 8 * 3);
  expect_sparse(of([](const Variable& v) { return ad::relu(v) + ad::stop_gradient(v); }), {x}, 12);
  expect_sparse(of([](const Variable& v) { return ad::log_softmax(v); }), {x}, 3 * 12);
  expect_sparse(of([](const Variable& v) { return v.tape().constant(random_value({2, 2}, 4)); }), {x}, 0);
  expect_sparse([](const Variables& in) { return in[0] * exp(in[1]); }, {x, row}, 12);  // by the first alone
  expect_sparse([](const Variables& in) { return in[0] * exp(in[1]); }, {row, x}, 12);  // which is broadcast
}

BOOST_AUTO_TEST_CASE(a_function_that_is_lifted_is_followed_row_by_row) {
  // Observations of three cameras (4 numbers) and two points (3), as in bundle adjustment.
  const std::vector<ad::Index> camera_of{0, 1, 2, 0, 1}, point_of{0, 0, 0, 1, 1};
  const auto seen = ad::lift<ad::Columns<4, 3>, ad::Columns<2>>(
      "seen", []<class T>(const T* camera, const T* point, T* at) {
        at[0] = camera[0] * point[0] + camera[2] / (2.0 + point[2] * point[2]);
        at[1] = camera[1] * point[1] + camera[3] * point[2] * camera[0] * point[0];
      });
  const auto f = [&](const Variables& x) {
    const Variable cameras = ad::reshape(ad::slice_rows(x[0], 0, 12), {3, 4}),
                   points = ad::reshape(ad::slice_rows(x[0], 12, 6), {2, 3});
    return seen(ad::gather_rows(cameras, camera_of), ad::gather_rows(points, point_of));
  };
  expect_sparse(f, {random_value({18, 1}, 3)}, 5 * 2 * (4 + 3));
  // One point for all rows, and its derivatives; stacks.
  const auto shared = [&](const Variables& x) {
    const Variable cameras = ad::reshape(ad::slice_rows(x[0], 0, 12), {3, 4}),
                   point = ad::transpose(ad::slice_rows(x[0], 12, 3));
    return seen(cameras, point);
  };
  expect_sparse(shared, {random_value({15, 1}, 4)}, 3 * 2 * (4 + 3));
  const auto hessian = [&](const Variables& x) {
    return ad::gradient(ad::sum(ad::square(shared(x))), Variables{x[0]})[0];
  };
  auto sparse = ad::sparse_jacobian<double>(hessian, {{15, 1}});
  const Values x{random_value({15, 1}, 5)};
  BOOST_TEST(difference(Value(sparse(x).jacobian.toDense()), Value(dense(hessian, x))) < 1e-13);
  BOOST_TEST(sparse.pattern().of(0).size() == 4 + 3);  // a camera beside the others
}

BOOST_AUTO_TEST_CASE(large_matrices_are_followed_by_rows_and_columns_and_stacks_by_matrices) {
  // Too large for a NaN in each place.
  const auto entries = [](const auto& f, Shape shape) {
    const auto graph = ad::trace<double>([&](const Variables& in) { return Variables{f(in[0])}; },
                                         std::span<const Shape>(&shape, 1));
    return ad::dependencies(graph).sources.size();
  };
  const ad::Index n = 20'000;
  const std::size_t size = 20'000;
  BOOST_TEST(entries([](const Variable& x) { return ad::sum(ad::square(x), 1); }, {n, 3}) == size * 3);
  BOOST_TEST(entries([](const Variable& x) { return ad::max(x, 0); }, {3, n}) == size * 3);
  BOOST_TEST(entries([](const Variable& x) { return ad::log_softmax(x); }, {n, 3}) == size * 9);
  BOOST_TEST(entries([](const Variable& x) { return ad::sort(x, 1); }, {n, 3}) == size * 9);
  BOOST_TEST(entries([](const Variable& x) { return ad::cumsum(x, 0); }, {3, n}) == size * 9);
  const auto times = [](const Variable& x, Shape shape) { return x.tape().constant(random_value(shape, 1)); };
  BOOST_TEST(entries([&](const Variable& x) { return ad::matmul(x, times(x, {3, 2})); }, {n, 3}) == size * 6);
  BOOST_TEST(entries([&](const Variable& x) { return ad::matmul(times(x, {2, 3}), x); }, {3, n}) == size * 6);
  BOOST_TEST(entries([](const Variable& x) { return ad::inverse(x); }, {2, 2, n}) == size * 16);
  BOOST_TEST(entries([](const Variable& x) { return ad::matmul(x, x); }, {2, 2, n}) == size * 12);
}

BOOST_AUTO_TEST_CASE(a_pattern_has_every_entry_that_is_not_zero) {
  int tried = 0, sparse = 0;
  for (std::uint64_t seed = 1; seed <= 200; ++seed) {
    const RandomProgram program(seed, {});
    const Values x = program.inputs();
    const auto f = [&](const Variables& in) { return program(in); };
    const std::vector<Shape> shapes = shapes_of(x);
    const auto graph = ad::trace<double>(f, std::span<const Shape>(shapes));
    const Eigen::MatrixXd j = dense(f, x), pattern = pattern_of(ad::dependencies(graph), x[0].shape().size());
    BOOST_TEST(((j.array() != 0) && (pattern.array() == 0)).count() == 0, "seed " << seed);
    ++tried;
    sparse += pattern.sum() < static_cast<double>(pattern.size());
  }
  BOOST_TEST(tried > 50);
  BOOST_TEST(sparse > 5);
}

BOOST_AUTO_TEST_CASE(columns_of_one_colour_share_no_row) {
  std::mt19937 random(1);
  for (const double density : {0.0, 0.02, 0.1, 0.5, 1.0}) {
    ad::Dependencies pattern;
    const ad::Index rows = 30, columns = 40;
    for (ad::Index r = 0; r < rows; ++r) {
      for (ad::Index c = 0; c < columns; ++c)
        if (std::bernoulli_distribution(density)(random)) pattern.sources.push_back(c);
      pattern.first.push_back(static_cast<ad::Index>(pattern.sources.size()));
    }
    const auto colours = ad::colours_of_columns(pattern, columns);
    const ad::Index most = *std::max_element(colours.begin(), colours.end());
    BOOST_TEST(std::set<ad::Index>(colours.begin(), colours.end()).size() ==
               static_cast<std::size_t>(most + 1));
    for (ad::Index r = 0; r < rows; ++r) {
      std::set<ad::Index> seen;
      for (const ad::Index c : pattern.of(r))
        BOOST_TEST(seen.insert(colours[static_cast<std::size_t>(c)]).second);
    }
    if (density == 0) BOOST_TEST(most == 0);
    if (density == 1) BOOST_TEST(most == columns - 1);
  }
}

BOOST_AUTO_TEST_CASE(a_band_takes_as_many_tangents_as_it_is_wide) {
  for (const ad::Index n : {1, 2, 3, 50, 5000}) {
    if (n == 1) continue;  // has no neighbours to cut out
    auto sparse = ad::sparse_jacobian<double>(bratu, {{n, 1}});
    BOOST_TEST(sparse.colours() == std::min<ad::Index>(n, 3));
    const Value u = random_value({n, 1}, 5);
    const auto j = sparse({u}).jacobian;
    BOOST_TEST(j.nonZeros() == 3 * n - 2);
    BOOST_TEST(j.coeff(n - 1, n - 1) == 2 + 0.1 * std::exp(u.data()[n - 1]),
               boost::test_tools::tolerance(1e-14));
    BOOST_TEST(j.coeff(1, 0) == -1);
    const auto copy = sparse;  // has results of its own
    sparse({random_value({n, 1}, 6)});
    BOOST_TEST((ad::SparseJacobian<double>(copy)({u}).jacobian - j).norm() == 0);
  }
}

BOOST_AUTO_TEST_CASE(more_colours_than_go_at_once_and_loops_work_too) {
  const auto through_all = [](const Variables& x) {
    return matmul(x[0].tape().constant(random_value({5, 100}, 7)), x[0]);
  };
  expect_sparse(through_all, {random_value({100, 1}, 8)}, 500);
  const auto by_loop = [](const Variables& x) {
    const auto step = [](auto c, auto, auto) { return ad::StepResult<Variable>{{tanh(c[0]) * c[0]}, {}}; };
    return ad::scan<double>(step, {x[0]}, {}, {}, 3).carry[0];
  };
  expect_sparse(by_loop, {random_value({4, 1}, 9)}, 16);  // a loop's inside is not looked into
}

BOOST_AUTO_TEST_CASE(hessians_are_jacobians_of_gradients) {
  const auto chain = [](const Variables& x) {
    const ad::Index n = x[0].rows();
    const Variable a = ad::slice_rows(x[0], 0, n - 1), b = ad::slice_rows(x[0], 1, n - 1);
    return ad::sum(100.0 * square(b - square(a)) + square(1.0 - a));
  };
  const Value x = random_value({30, 1}, 10);
  auto hessian = ad::sparse_hessian<double>(chain, {{30, 1}});
  BOOST_TEST(hessian.colours() == 3);
  const auto [gradient, h] = hessian({x});
  ad::Tape<double> tape;
  const Variables v = record(tape, {x});
  BOOST_TEST(difference(gradient, ad::gradient(chain(v), v[0])) < 1e-14);
  BOOST_TEST(difference(Value(h.toDense()), ad::hessian_of(chain)(v)[0][0]) < 1e-12);
  BOOST_TEST(h.nonZeros() == 30 * 3 - 2);
}

BOOST_AUTO_TEST_CASE(what_has_no_sparse_jacobian_is_told_in_a_sentence) {
  const auto twice = [](const Variables& x) { return 2.0 * x[0]; };
  expect_error("[sparse_jacobian] the first input and the result must be single matrices, not stacks", [&] {
    ad::sparse_jacobian<double>(twice, {{2, 1, 3}});
  });
  auto j = ad::sparse_jacobian<double>(twice, {{2, 1}});
  expect_error("[function] input 0 is (3,1), but was compiled as (2,1)", [&] {
    j({random_value({3, 1}, 1)});
  });
  expect_error("[function] 0 inputs for a function of 1", [&] { j({}); });
}

BOOST_AUTO_TEST_SUITE_END()
