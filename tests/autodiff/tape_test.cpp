// Tapes and handles: what is valid when, memory, errors, and ops of one's own.
#include "../support/user_ops.hpp"
#include "../support/values.hpp"

#include <boost/test/unit_test.hpp>

#include <optional>

using namespace engram::test;
using Tape = ad::Tape<double>;

namespace {

const char* const two_tapes =
    "variables of two tapes are used together; record both on one, or pass a constant;"
    " scan and compile take it as an argument";

std::string stale(const char* where, int id) {
  return fmt::format("[{}] variable {} was recorded before its tape was cleared or rewound; record it again",
                     where, id);
}

/// A round of work, as an outer loop does it.
void work(Tape& tape, const Variable& x, int steps) {
  Variable y = x;
  for (int i = 0; i < steps; ++i) y = ad::tanh(ad::matmul(y, x));
  ad::gradient(ad::sum(ad::gradient(ad::sum(y), x)), x);
  ad::gradient_values(ad::sum(y), {x});
  tape.constant(1.0);
}

}  // namespace

BOOST_AUTO_TEST_SUITE(tape)

BOOST_AUTO_TEST_CASE(values_are_computed_as_they_are_recorded) {
  Tape tape;
  const auto x = tape.variable(matrix({{1, 2}, {3, 4}})), two = tape.constant(2.0);
  const auto y = x * two;
  BOOST_TEST(difference(y, matrix({{2, 4}, {6, 8}})) == 0);
  BOOST_TEST(ad::sum(y).item() == 20);
  BOOST_TEST((y.shape() == Shape{2, 2}));
  BOOST_TEST(tape.size() == 4u);
}

BOOST_AUTO_TEST_CASE(a_variable_keeps_a_copy_of_its_value) {
  Tape tape;
  Value v = matrix({{1, 2}});
  const auto x = tape.variable(v);
  v.data()[0] = 7;
  BOOST_TEST(x.value()(0, 0) == 1);
}

BOOST_AUTO_TEST_CASE(a_value_that_is_written_to_changes_alone) {
  Value a = matrix({{1, 2}, {3, 4}});
  const Value copy = a, part = a.alias(2, {1, 2});
  const double* where = std::as_const(a).data();
  a.data()[2] = 7;
  BOOST_TEST(a.array()(1, 0) == 7);
  BOOST_TEST(copy.array()(1, 0) == 3);
  BOOST_TEST(part.array()(0, 0) == 3);
  BOOST_TEST(std::as_const(copy).data() == where);
  where = std::as_const(a).data();
  a.data()[0] = 8;  // nobody shares it now
  BOOST_TEST(std::as_const(a).data() == where);
  double outside[] = {1, 2};
  Value borrowed = Value::borrow({outside, {1, 2}});
  borrowed.data()[0] = 5;
  BOOST_TEST(outside[0] == 1);
  BOOST_TEST(borrowed.array()(0, 0) == 5);
}

BOOST_AUTO_TEST_CASE(value_is_an_array_and_matrix_a_matrix) {
  Tape tape;
  const auto h = tape.variable(matrix({{2, 1}, {1, 2}})), g = tape.variable(matrix({{1, 2}, {3, 4}}));
  BOOST_TEST(difference(Value(h.value() * g.value()), matrix({{2, 2}, {3, 8}})) == 0);
  BOOST_TEST(difference(Value(h.matrix() * g.matrix()), ad::matmul(h, g)) == 0);
  const Value p(h.value()), q(g.value());
  BOOST_TEST(difference(Value(p.array() * q.array()), h * g) == 0);
  BOOST_TEST(difference(Value(p.matrix() * q.matrix()), ad::matmul(p, q)) == 0);
  BOOST_TEST((g.matrix<Eigen::Matrix2d>() == g.matrix()));
}

BOOST_AUTO_TEST_CASE(values_stay_where_they_are_while_more_is_recorded) {
  Tape tape;
  const auto x = tape.variable(matrix({{1, 2}}));
  const double* where = x.value().data();
  for (int i = 0; i < 10000; ++i) ad::tanh(x);
  BOOST_TEST(x.value().data() == where);
}

BOOST_AUTO_TEST_CASE(eigen_expressions_become_variables) {
  Tape tape;
  const Eigen::MatrixXd m = Eigen::MatrixXd::Random(3, 2);  // column-major
  BOOST_TEST((tape.variable(2 * m.transpose()).value().matrix() == 2 * m.transpose()));
}

BOOST_AUTO_TEST_CASE(a_cleared_tape_invalidates_its_handles) {
  Tape tape;
  const auto x = tape.variable(1.0), y = ad::tanh(x);
  tape.clear();
  BOOST_TEST(tape.size() == 0u);
  expect_error(stale("value", 0), [&] { x.value(); });
  expect_error(stale("shape", 1), [&] { y.shape(); });
  expect_error(stale("tanh", 0), [&] { ad::tanh(x); });
  // Also where another variable has the number now.
  const auto z = tape.variable(2.0);
  expect_error(stale("value", 0), [&] { x.value(); });
  expect_error(stale("add", 0), [&] { z + x; });
  expect_error(stale("add", 0), [&] { x + z; });
  expect_error(stale("gradient", 0), [&] { ad::gradient(z, x); });
  expect_error(stale("compile", 0), [&] { ad::compile<double>(tape, {x}, {z}); });
  BOOST_TEST(z.item() == 2);
}

BOOST_AUTO_TEST_CASE(a_rewound_tape_keeps_what_was_before_the_mark) {
  Tape tape;
  const auto x = tape.variable(0.5), y = ad::square(x);
  const auto mark = tape.mark();
  const auto z = 3.0 * y;
  tape.rewind(mark);
  expect_error(stale("value", 3), [&] { z.value(); });
  BOOST_TEST(y.item() == 0.25);
  const auto again = 3.0 * y;
  BOOST_TEST(again.id() == z.id());
  BOOST_TEST(ad::gradient(again, x).item() == 3);
}

BOOST_AUTO_TEST_CASE(marks_nest) {
  Tape tape;
  const auto x = tape.variable(2.0);
  const auto outer = tape.mark();
  const auto y = ad::square(x);
  const auto inner = tape.mark();
  ad::square(y);
  tape.rewind(inner);
  BOOST_TEST(y.item() == 4);
  tape.rewind(outer);
  BOOST_TEST(tape.size() == 1u);
  BOOST_TEST(x.item() == 2);
}

BOOST_AUTO_TEST_CASE(a_mark_is_of_no_use_once_the_tape_was_rewound_past_it) {
  Tape tape;
  const auto x = tape.variable(1.0);
  const auto early = tape.mark();
  const auto y = ad::split(ad::broadcast_to(x, {2, 2}), {1, 1}, 0);
  const auto late = tape.mark();
  tape.rewind(early);
  expect_error("[rewind] the mark is later than the tape's end", [&] { tape.rewind(late); });
  // Neither when the tape has grown again.
  for (int i = 0; i < 10; ++i) ad::exp(x);
  expect_error("[rewind] the tape was rewound past this mark", [&] { tape.rewind(late); });
  BOOST_TEST(tape.size() == 11u);
}

BOOST_AUTO_TEST_CASE(handles_of_a_former_tape_at_the_same_address_are_found_out) {
  std::optional<Tape> tape(std::in_place);
  const auto x = tape->variable(1.0);
  tape.emplace();
  tape->variable(2.0);
  expect_error(stale("value", 0), [&] { x.value(); });
}

BOOST_AUTO_TEST_CASE(variables_of_two_tapes_do_not_mix) {
  Tape one, other;
  const auto x = one.variable(matrix({{1, 2}})), y = other.variable(matrix({{3, 4}}));
  const auto text = [](const char* where) { return fmt::format("[{}] {}", where, two_tapes); };
  expect_error(text("add"), [&] { x + y; });
  expect_error(text("matmul"), [&] { ad::matmul_nt(x, y); });
  expect_error(text("select"), [&] { ad::select(x, x, y); });
  expect_error(text("concatenate"), [&] { ad::concatenate({x, y}, 0); });
  expect_error(text("gradient"), [&] { ad::gradient(ad::sum(x), y); });
  expect_error(text("vjp"), [&] { ad::vjp<double>(Variables{x}, Variables{y}, Variables{x}); });
  expect_error(text("compile"), [&] { ad::compile<double>(one, {x}, {y}); });
  expect_error(text("scan"), [&] {
    ad::scan<double>(
        [](auto c, auto, auto) {
          return ad::StepResult<Variable>{{c[0]}, {}};
        },
        {x}, {}, {y}, 2);
  });
}

BOOST_AUTO_TEST_CASE(an_error_leaves_the_tape_as_it_was) {
  Tape tape;
  const auto x = tape.variable(matrix({{1, 2}}));
  const auto size = tape.size();
  expect_error("[add] shapes (1,2) and (1,3) do not broadcast", [&] {
    x + tape.constant(matrix({{1, 2, 3}}));
  });
  BOOST_TEST(tape.size() == size + 1);  // the constant
  for (int i = 0; i < 3; ++i)
    BOOST_CHECK_EXCEPTION(ad::apply(Thrower{}, x), std::runtime_error,
                          [](const auto& e) { return e.what() == std::string("no more"); });
  BOOST_TEST(tape.size() == size + 1);
  using WithoutRule =
      CubeBy<[](auto& g, auto&, auto&) -> std::decay_t<decltype(g)> { throw std::runtime_error("no rule"); }>;
  const auto y = ad::sum(ad::apply(WithoutRule{}, x));
  BOOST_CHECK_THROW(ad::gradient(y, x), std::runtime_error);
  BOOST_TEST(difference(ad::gradient(ad::sum(x * x), x), matrix({{2, 4}})) == 0);
}

BOOST_AUTO_TEST_CASE(clearing_and_rewinding_give_all_memory_back_to_the_next_round) {
  Tape tape;
  const auto start = tape.mark();
  work(tape, tape.variable(random_value({5, 5}, 1)), 50);
  const auto capacity = tape.capacity(), size = tape.size();
  for (int round = 0; round < 2000; ++round) {
    if (round % 2)
      tape.clear();
    else
      tape.rewind(start);
    work(tape, tape.variable(random_value({5, 5}, 1)), 50);
  }
  BOOST_TEST(tape.capacity() == capacity);
  BOOST_TEST(tape.size() == size);
}

BOOST_AUTO_TEST_CASE(numbers_lie_together_and_what_fits_in_a_cache_line_lies_in_one) {
  Tape tape;
  Variable x = tape.variable(1.0);
  for (int i = 0; i < 100; ++i) x = x * x;
  const auto address = [&](std::size_t id) {
    return reinterpret_cast<std::uintptr_t>(tape.slots()[id].data);
  };
  BOOST_TEST(address(100) - address(0) == 100 * sizeof(double));
  for (const ad::Index columns : {1, 2, 3, 5, 8, 9, 100}) {
    const Variable y = tape.variable(random_value({1, columns}, 1));
    const std::size_t bytes = static_cast<std::size_t>(columns) * sizeof(double);
    const std::uintptr_t first = address(y.id()), last = first + bytes - 1;
    BOOST_TEST((bytes <= 64 ? first / 64 == last / 64 : first % 64 == 0), columns << " numbers");
  }
}

BOOST_AUTO_TEST_CASE(rounds_of_varying_size_need_no_more_than_the_largest) {
  Tape tape;
  const auto x = tape.variable(random_value({5, 5}, 1));
  const auto mark = tape.mark();
  work(tape, x, 400);
  const auto capacity = tape.capacity();
  for (int round = 0; round < 300; ++round) {
    tape.rewind(mark);
    if (round % 7 == 0) tape.constant(random_value({100 + round % 50, 100}, 1));
    work(tape, x, 1 + round % 100);
  }
  BOOST_TEST(tape.capacity() == capacity);
}

BOOST_AUTO_TEST_CASE(no_gradient_flows_to_constants_unless_asked_for) {
  Tape tape;
  const auto x = tape.variable(3.0), c = tape.constant(2.0);
  const auto y = x * x * c;
  BOOST_TEST(ad::gradient(y, x).item() == 12);
  BOOST_TEST(ad::gradient(y, c).item() == 9);
}

BOOST_AUTO_TEST_CASE(reading_a_value_while_tracing_is_an_error_that_names_select) {
  const auto text =
      "[value] variable 0 has no value while a function is traced: a C++ branch on it would be frozen; use "
      "select";
  const auto branch = [](const Variables& x) { return x[0].item() > 0 ? x : Variables{-x[0]}; };
  expect_error(text, [&] { ad::compile<double>(branch, {{1, 1}}); });
  Tape tape(ad::tracing);
  const auto x = tape.placeholder({2, 3});
  BOOST_TEST(tape.is_tracing());
  BOOST_TEST((x.shape() == Shape{2, 3}));
  expect_error(text, [&] { x.value(); });
  expect_error("[item] the variable has shape (2,3), not (1,1)", [&] { x.item(); });
  BOOST_TEST(tape.constant(2.0).item() == 2);
}

BOOST_AUTO_TEST_CASE(placeholders_belong_to_tracing_tapes_and_variables_to_eager_ones) {
  Tape eager, tracing(ad::tracing);
  expect_error("[placeholder] only a tracing tape has inputs without values; use variable", [&] {
    eager.placeholder({1, 1});
  });
  expect_error("[variable] a tracing tape has placeholders and constants only; pass the value as an argument",
               [&] { tracing.variable(1.0); });
  expect_error("[placeholder] (-1,2) is not a shape", [&] { tracing.placeholder({-1, 2}); });
}

BOOST_AUTO_TEST_CASE(a_handle_that_was_never_recorded_says_so) {
  const std::string text = "[variable] it was never recorded: assign it a variable of a tape first";
  Tape tape;
  const auto x = tape.variable(1.0);
  const Variable none;
  expect_error(text, [&] { none.value(); });
  expect_error(text, [&] { ad::tanh(none); });
  expect_error(text, [&] { ad::gradient(x, none); });
}

BOOST_AUTO_TEST_CASE(a_users_op_is_an_op_like_others) {
  Tape tape;
  const auto x = tape.variable(2.0);
  auto y = cube(x);
  for (const double expected : {8., 12., 12., 6., 0.}) {
    BOOST_TEST(y.item() == expected);
    y = ad::gradient(y, x);
  }
  BOOST_TEST(cube(Value(2.0)).item() == 8);
  BOOST_TEST(scale_and_add(0.5, Value(2.0), Value(1.0)).item() == 2);
  BOOST_TEST(scale_and_add(0.5, ad::Value<float>(2.0f), ad::Value<float>(1.0f)).item() == 2);
  expect_error("[scale_and_add] (1,1) and (1,2) differ", [&] {
    scale_and_add(2, x, tape.constant(matrix({{1, 2}})));
  });

  const auto f = [](const Variables& v) {
    const auto z = scale_and_add(0.3, scale_and_add(-2, cube(v[0]), v[1]), v[1] * v[0]);
    const auto parts = cos_sin(z);
    return Variables{parts[0] * z, cos_sin(v[1])[1], ad::matmul_nt(parts[0], parts[1])};
  };
  const auto report = ad::gradcheck(f, distinct_values({{3, 4}, {3, 4}}, 1));
  BOOST_TEST(report.passed, report.text);
}

BOOST_AUTO_TEST_CASE(ops_are_equal_when_their_attributes_are) {
  const auto a = ad::make_operation<double>(ScaleAndAdd{2}), b = ad::make_operation<double>(ScaleAndAdd{2}),
             c = ad::make_operation<double>(ScaleAndAdd{3}), d = ad::make_operation<double>(Cube{});
  BOOST_TEST(a->equals(*b));
  BOOST_TEST(!a->equals(*c));
  BOOST_TEST(!a->equals(*d));
  BOOST_TEST(d->equals(*ad::make_operation<double>(Cube{})));
}

BOOST_AUTO_TEST_SUITE_END()
