// The errors of ops: when, and their text.
#include "../support/values.hpp"

#include <boost/test/unit_test.hpp>

using namespace engram::test;

namespace {

/// Expects the error from `f(x...)`, where x are matrices of these shapes: values and variables alike.
void check(const std::string& text, const std::vector<Shape>& shapes, auto f) {
  for_all_kinds([&](auto make) {
    std::vector<decltype(make(0.0))> x;
    for (const Shape s : shapes) x.push_back(make(random_value(s, 1)));
    expect_error(text, [&] { f(x); });
  });
}

#define CALL(function, ...) [](const auto& x) { ad::function(__VA_ARGS__); }

}  // namespace

BOOST_AUTO_TEST_SUITE(ops_errors)

BOOST_AUTO_TEST_CASE(shapes_that_do_not_broadcast) {
  const std::vector<Shape> shapes = {{2, 3}, {3, 2}};
  const auto text = [](const char* op) {
    return fmt::format("[{}] shapes (2,3) and (3,2) do not broadcast", op);
  };
  check(text("add"), shapes, CALL(operator+, x[0], x[1]));
  check(text("subtract"), shapes, CALL(operator-, x[0], x[1]));
  check(text("multiply"), shapes, CALL(operator*, x[0], x[1]));
  check(text("divide"), shapes, CALL(operator/, x[0], x[1]));
  check(text("pow"), shapes, CALL(pow, x[0], x[1]));
  check(text("maximum"), shapes, CALL(maximum, x[0], x[1]));
  check(text("minimum"), shapes, CALL(minimum, x[0], x[1]));
  check(text("greater"), shapes, CALL(greater, x[0], x[1]));
  check(text("greater_equal"), shapes, CALL(greater_equal, x[0], x[1]));
  check(text("equal"), shapes, CALL(equal, x[0], x[1]));
  check(text("select"), shapes, CALL(select, x[0], x[0], x[1]));
  check(text("select"), shapes, CALL(select, x[0], x[1], x[1]));
  check("[add] shapes (0,3) and (2,3) do not broadcast", {{0, 3}, {2, 3}}, CALL(operator+, x[0], x[1]));
  check("[broadcast_to] (2,3) does not broadcast to (4,3)", {{2, 3}}, CALL(broadcast_to, x[0], {4, 3}));
  check("[broadcast_to] (1,1) does not broadcast to (-2,-3)", {{1, 1}}, CALL(broadcast_to, x[0], {-2, -3}));
  check("[sum] (2,3) cannot be summed to (3,1)", {{2, 3}}, CALL(sum_to, x[0], {3, 1}));
}

BOOST_AUTO_TEST_CASE(products_whose_inner_dimensions_differ) {
  const std::vector<Shape> shapes = {{2, 3}, {4, 5}};
  check("[matmul] inner dimensions differ: (2,3) by (4,5)", shapes, CALL(matmul, x[0], x[1]));
  check("[matmul] inner dimensions differ: (2,3)ᵀ by (4,5)", shapes, CALL(matmul_tn, x[0], x[1]));
  check("[matmul] inner dimensions differ: (2,3) by (4,5)ᵀ", shapes, CALL(matmul_nt, x[0], x[1]));
}

BOOST_AUTO_TEST_CASE(axes_that_do_not_exist) {
  const auto text = [](const char* op, int axis) {
    return fmt::format("[{}] axis {} does not exist; 0 runs over the rows, 1 over the columns", op, axis);
  };
  check(text("sum", 2), {{2, 3}}, CALL(sum, x[0], 2));
  check(text("mean", -1), {{2, 3}}, CALL(mean, x[0], -1));
  check(text("max", 2), {{2, 3}}, CALL(max, x[0], 2));
  check(text("max", 2), {{2, 3}}, CALL(log_sum_exp, x[0], 2));
  check("[concatenate] axis 2 does not exist; 0 stacks rows, 1 columns", {{2, 3}},
        CALL(concatenate, {x[0], x[0]}, 2));
  check("[split] axis -1 does not exist; 0 cuts rows, 1 columns", {{2, 3}}, CALL(split, x[0], {1, 2}, -1));
}

BOOST_AUTO_TEST_CASE(means_and_maxima_of_nothing) {
  check("[mean] there is no mean of no elements: (0,3)", {{0, 3}}, CALL(mean, x[0]));
  check("[mean] there is no mean of no elements: (0,3)", {{0, 3}}, CALL(mean, x[0], 0));
  check("[max] there is no maximum of no elements: (2,0)", {{2, 0}}, CALL(max, x[0]));
  check("[max] there is no maximum of no elements: (2,0)", {{2, 0}}, CALL(max, x[0], 1));
  check("[max] there is no maximum of no elements: (2,0)", {{2, 0}}, CALL(softmax, x[0]));
}

BOOST_AUTO_TEST_CASE(parts_that_do_not_fit) {
  check("[reshape] (2,3) has 6 values, (4,2) wants 8", {{2, 3}}, CALL(reshape, x[0], {4, 2}));
  check("[reshape] (-2,-3) is not a shape", {{2, 3}}, CALL(reshape, x[0], {-2, -3}));
  const auto outside = [](const char* block) {
    return fmt::format("[slice] a block of {} does not lie inside (2,3)", block);
  };
  check(outside("(2,3) from (1,0) on"), {{2, 3}}, CALL(slice_rows, x[0], 1, 2));
  check(outside("(1,3) from (-1,0) on"), {{2, 3}}, CALL(slice_rows, x[0], -1, 1));
  check(outside("(-1,3) from (1,0) on"), {{2, 3}}, CALL(slice_rows, x[0], 1, -1));
  check(outside("(2,1) from (0,3) on"), {{2, 3}}, CALL(slice_columns, x[0], 3, 1));
  check(outside("(2,4) from (0,0) on"), {{2, 3}}, CALL(slice_columns, x[0], 0, 4));
  check("[concatenate] (3,2) does not fit beside (2,3) along axis 0", {{2, 3}, {3, 2}},
        CALL(concatenate, {x[0], x[1]}, 0));
  check("[concatenate] (3,2) does not fit beside (2,3) along axis 1", {{2, 3}, {3, 2}},
        CALL(concatenate, {x[0], x[1]}, 1));
  check("[concatenate] needs at least one part", {}, CALL(concatenate, x, 1));
  check("[split] the parts do not add up to (2,3) along axis 0", {{2, 3}}, CALL(split, x[0], {1, 2}, 0));
  check("[split] the parts do not add up to (2,3) along axis 1", {{2, 3}}, CALL(split, x[0], {-1, 4}, 1));
}

BOOST_AUTO_TEST_CASE(rows_that_do_not_exist) {
  check("[gather_rows] row 2 does not exist: there are 2", {{2, 3}}, CALL(gather_rows, x[0], {0, 2}));
  check("[gather_rows] row -1 does not exist: there are 2", {{2, 3}}, CALL(gather_rows, x[0], {-1}));
  check("[scatter_rows] row 4 does not exist: there are 4", {{2, 3}}, CALL(scatter_rows, x[0], {1, 4}, 4));
  check("[scatter_rows] 2 rows, but 1 indices", {{2, 3}}, CALL(scatter_rows, x[0], {1}, 4));
  check("[scatter_rows] -1 rows are too few", {{0, 3}}, CALL(scatter_rows, x[0], {}, -1));
}

BOOST_AUTO_TEST_CASE(losses_whose_arguments_do_not_belong_together) {
  const std::vector<Shape> shapes = {{2, 3}, {1, 3}, {2, 1}, {2, 3}};
  const char* differ = "[cross_entropy] logits (2,3) and targets (1,3) differ in shape";
  check(differ, shapes, CALL(cross_entropy, x[0], x[1]));
  check(differ, shapes, CALL(cross_entropy, x[0], x[1], x[2]));
  check("[cross_entropy] the mask is (2,3), not one number for each of 2 rows", shapes,
        CALL(cross_entropy, x[0], x[0], x[3]));
  expect_error("[one_hot] label 3 of example 1 is not below 3 classes", [] {
    ad::one_hot<double>(std::vector<int>{0, 3}, 3);
  });
}

BOOST_AUTO_TEST_CASE(matrices_where_a_number_is_wanted) {
  expect_error("[item] the value has shape (1,2), not (1,1)", [] { matrix({{1, 2}}).item(); });
  ad::Tape<double> tape;
  expect_error("[item] the variable has shape (1,2), not (1,1)", [&] {
    tape.variable(matrix({{1, 2}})).item();
  });
}

BOOST_AUTO_TEST_CASE(sizes_that_are_too_large_to_be_counted) {
  static constexpr ad::Index largest = std::numeric_limits<ad::Index>::max();
  static constexpr int bits = std::numeric_limits<ad::Index>::digits + 1;  // 64, but 32 in WebAssembly
  static constexpr ad::Index big = ad::Index{1} << bits / 2, quarter = ad::Index{1} << (bits - 2);
  const auto text = [](const char* op) {
    return fmt::format("[{}] a matrix of shape ({},{}) is too large", op, ad::Index{big}, ad::Index{big});
  };
  const std::string most = std::to_string(largest), large = std::to_string(quarter + quarter / 2);
  check(text("reshape"), {{0, 0}}, CALL(reshape, x[0], {big, big}));
  check(text("broadcast_to"), {{1, 1}}, CALL(broadcast_to, x[0], {big, big}));
  check(text("matmul"), {{big, 0}, {0, big}}, CALL(matmul, x[0], x[1]));
  check(fmt::format("[scatter_rows] a matrix of shape ({},4) is too large", ad::Index{quarter}), {{0, 4}},
        CALL(scatter_rows, x[0], {}, quarter));
  check(fmt::format("[concatenate] {} and {} are too many to be added", large, large),
        {{quarter + quarter / 2, 0}}, CALL(concatenate, {x[0], x[0]}, 0));
  const auto outside = [](const std::string& block) {
    return fmt::format("[slice] a block of {} on does not lie inside (2,3)", block);
  };
  check(outside("(1,3) from (" + most + ",0)"), {{2, 3}},
        [](const auto& x) { ad::slice_rows(x[0], largest, 1); });
  check(outside("(" + most + ",3) from (1,0)"), {{2, 3}},
        [](const auto& x) { ad::slice_rows(x[0], 1, largest); });
  check(outside("(2,1) from (0," + most + ")"), {{2, 3}},
        [](const auto& x) { ad::slice_columns(x[0], largest, 1); });
  check("[split] the parts do not add up to (2,3) along axis 0", {{2, 3}}, [](const auto& x) {
    ad::split(x[0], {largest, largest, 4}, 0);
  });
  expect_error(text("value"), [&] { Value(Shape{big, big}); });
  expect_error("[value] (-1,2) is not a shape", [&] { Value(Shape{-1, 2}); });
  ad::Tape<double> tracing(ad::tracing);
  expect_error(text("placeholder"), [&] { tracing.placeholder({big, big}); });
  expect_error(fmt::format("[scan] 3 times {} are too many", ad::Index{quarter}), [&] {
    ad::Tape<double> tape;
    ad::scan<double>(
        [](auto c, auto, auto) {
          return ad::StepResult<Variable>{{c[0]}, {ad::broadcast_to(ad::slice_columns(c[0], 0, 0), {3, 0})}};
        },
        {tape.variable(1.0)}, {}, {}, quarter);
  });
}

BOOST_AUTO_TEST_CASE(classes_that_cannot_be) {
  expect_error("[one_hot] -1 classes; there cannot be less than 0",
               [] { ad::one_hot<double>(std::vector<int>{-1}, -1); });
  BOOST_TEST(ad::one_hot<double>(std::vector<int>{-1, -1}, 0).size() == 0);
}

BOOST_AUTO_TEST_CASE(eigen_types_that_a_value_does_not_fit) {
  const Value x = matrix({{1, 2}, {3, 4}, {5, 6}});
  ad::Tape<double> tape;
  const auto check_both = [&](const char* text, auto convert) {
    expect_error(text, [&] { convert(x); });
    expect_error(text, [&] { convert(tape.variable(x)); });
  };
  check_both("[matrix] the value has shape (3,2), the Eigen type 1 column(s)",
             [](const auto& v) { v.template matrix<Eigen::VectorXd>(); });
  check_both("[matrix] the value has shape (3,2), the Eigen type 2 row(s)",
             [](const auto& v) { v.template matrix<Eigen::Matrix2d>(); });
  BOOST_TEST((x.matrix<Eigen::Matrix<double, 3, 2>>() == x.matrix()));
}

BOOST_AUTO_TEST_SUITE_END()
