// Operations on few numbers, which compiled functions do in registers: they have the bits of the kernels.
#include "../support/replay.hpp"
#include "../support/targets.hpp"
#include "passes/passes.hpp"
#include "small/builder.hpp"

#include <boost/mpl/list.hpp>
#include <boost/test/unit_test.hpp>

#include <bit>
#include <limits>

using namespace engram::test;

namespace {

using Scalars = boost::mpl::list<float, double>;

template <class S>
using Op = std::function<ad::Variable<S>(const ad::Variable<S>&, const ad::Variable<S>&)>;

/// All elementwise ops that a user can write, of two operands; functions of one take the first.
template <class S>
std::map<std::string, Op<S>> elementwise_ops() {
  return {{"negate", [](auto& a, auto&) { return -a; }},
          {"square", [](auto& a, auto&) { return ad::square(a); }},
          {"sqrt", [](auto& a, auto&) { return ad::sqrt(a); }},
          {"exp", [](auto& a, auto&) { return ad::exp(a); }},
          {"log", [](auto& a, auto&) { return ad::log(a); }},
          {"log1p", [](auto& a, auto&) { return ad::log1p(a); }},
          {"expm1", [](auto& a, auto&) { return ad::expm1(a); }},
          {"tanh", [](auto& a, auto&) { return ad::tanh(a); }},
          {"sigmoid", [](auto& a, auto&) { return ad::sigmoid(a); }},
          {"softplus", [](auto& a, auto&) { return ad::softplus(a); }},
          {"relu", [](auto& a, auto&) { return ad::relu(a); }},
          {"abs", [](auto& a, auto&) { return ad::abs(a); }},
          {"sign", [](auto& a, auto&) { return ad::sign(a); }},
          {"sin", [](auto& a, auto&) { return ad::sin(a); }},
          {"cos", [](auto& a, auto&) { return ad::cos(a); }},
          {"add", [](auto& a, auto& b) { return a + b; }},
          {"subtract", [](auto& a, auto& b) { return a - b; }},
          {"multiply", [](auto& a, auto& b) { return a * b; }},
          {"pull", [](auto& a, auto& b) { return ad::pull(a, b); }},
          {"divide", [](auto& a, auto& b) { return a / b; }},
          {"pow", [](auto& a, auto& b) { return ad::pow(a, b); }},
          {"maximum", [](auto& a, auto& b) { return ad::maximum(a, b); }},
          {"minimum", [](auto& a, auto& b) { return ad::minimum(a, b); }},
          {"greater", [](auto& a, auto& b) { return ad::greater(a, b); }},
          {"greater_equal", [](auto& a, auto& b) { return ad::greater_equal(a, b); }},
          {"equal", [](auto& a, auto& b) { return ad::equal(a, b); }},
          {"select", [](auto& a, auto& b) { return ad::select(a, b, a); }}};
}

template <class S>
std::vector<S> special_numbers() {
  using Limits = std::numeric_limits<S>;
  std::vector<S> numbers{0,
                         S(0.3),
                         1,
                         S(2.5),
                         9000,
                         S(2e4),
                         Limits::min(),
                         Limits::denorm_min(),
                         Limits::max(),
                         Limits::infinity(),
                         Limits::quiet_NaN()};
  for (const S x : std::vector(numbers)) numbers.push_back(-x);
  return numbers;
}

template <class S>
bool same_bits(S a, S b) {
  using Bits = std::conditional_t<sizeof(S) == 4, std::uint32_t, std::uint64_t>;
  return std::bit_cast<Bits>(a) == std::bit_cast<Bits>(b) || (std::isnan(a) && std::isnan(b));
}

template <class S>
std::vector<ad::Value<S>> run(const ad::SmallProgram<S>& program, std::span<const ad::ConstView<S>> x,
                              const std::vector<Shape>& shapes, bool interprets) {
  std::vector<ad::Value<S>> results;
  std::vector<ad::View<S>> y;
  for (const Shape s : shapes) y.push_back({results.emplace_back(s).data(), s});
  auto own = program;
  const auto code = own.compile();
  auto registers = own.registers;
  if (interprets || !code)
    own.interpret(registers.data(), y, x);
  else
    code.template as<ad::SmallCode<S>>()(registers.data(), x.data(), y.data());
  return results;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(small)

BOOST_AUTO_TEST_CASE_TEMPLATE(an_op_in_registers_has_the_bits_of_its_kernel, S, Scalars) {
  const auto numbers = special_numbers<S>();
  at_every_target([&](const char* target) {
    for (const auto& [name, op] : elementwise_ops<S>()) {
      for (const ad::Index columns : {1, 3}) {
        const Shape shape{1, columns};
        // The same op twice is worth a program.
        const auto f = ad::compile<S>(
            [&f_of = op](const auto& x) {
              return std::vector{f_of(x[0], x[1]), f_of(x[1], x[0])};
            },
            {shape, shape});
        BOOST_REQUIRE_EQUAL(f.program().nodes.size(), 1u);
        BOOST_TEST(f.program().nodes[0].operation->name() == std::string("small"));
        for (const S a : numbers)
          for (const S b : numbers) {
            const ad::Array<S> first = ad::Array<S>::Constant(1, columns, a);
            ad::Array<S> second = ad::Array<S>::Constant(1, columns, b);
            second(0, 0) = a;
            ad::Tape<S> tape;
            const auto u = tape.variable(first), v = tape.variable(second);
            const auto found = f({first, second});
            const std::vector expected{op(u, v), op(v, u)};
            for (std::size_t k = 0; k < 2; ++k)
              for (ad::Index c = 0; c < columns; ++c)
                BOOST_TEST(same_bits(found[k].data()[c], expected[k].value()(0, c)),
                           name << " of " << a << " and " << b << " at " << target);
          }
      }
    }
  });
}

BOOST_AUTO_TEST_CASE_TEMPLATE(machine_code_gives_the_bits_that_an_interpreter_gives, S, Scalars) {
  const auto ops = elementwise_ops<S>();
  const std::vector<Shape> shapes(4, Shape{1, 2});
  for (std::uint64_t seed = 0; seed < 200; ++seed) {
    std::mt19937_64 random(seed);
    const auto graph = ad::trace<S>(
        [&](const std::vector<ad::Variable<S>>& x) {
          auto v = x;
          const auto any = [&]() -> const auto& { return v[random() % v.size()]; };
          for (int i = 0; i < 60; ++i)
            v.push_back(std::next(ops.begin(), random() % ops.size())->second(any(), any()));
          v.push_back(
              ad::concatenate({ad::slice_columns(any(), 1, 1), ad::slice_columns(v.back(), 0, 1)}, 1));
          return std::vector(v.end() - 4, v.end());
        },
        std::span<const Shape>(shapes));
    ad::SmallBuilder<S> builder(graph);
    for (const auto& node : graph.nodes) {
      BOOST_REQUIRE(ad::SmallBuilder<S>::can_translate(graph, node));
      builder.add(node);
    }
    const auto program = builder.program(graph.outputs);
    std::vector<ad::Value<S>> x;
    std::vector<ad::ConstView<S>> views;
    for (std::size_t i = 0; i < program.inputs.size(); ++i)
      views.push_back(x.emplace_back(random_value<S>(shapes[i], seed + i, -2, 2)).view());
    const auto expected = run(program, std::span<const ad::ConstView<S>>(views), shapes, true);
    const auto found = run(program, std::span<const ad::ConstView<S>>(views), shapes, false);
    for (std::size_t k = 0; k < shapes.size(); ++k)
      for (ad::Index e = 0; e < 2; ++e)
        BOOST_TEST(same_bits(found[k].data()[e], expected[k].data()[e]), "seed " << seed << ", result " << k);
  }
}

BOOST_AUTO_TEST_CASE(operations_on_many_numbers_keep_their_order_between_those_on_few) {
  const auto f = ad::compile<double>(
      [](const Variables& x) {
        const auto rate = ad::exp(x[0]) * 0.5, sum = ad::square(x[0]) + rate;
        const auto scaled = ad::tanh(x[1]) * sum;
        return Variables{ad::tanh(scaled), ad::square(sum) * rate};
      },
      {{1, 1}, {20, 20}});
  std::vector<std::string> names;
  for (const auto& node : f.program().nodes) names.emplace_back(node.operation->name());
  BOOST_TEST(names == (std::vector<std::string>{"tanh", "small", "multiply", "tanh", "small"}),
             boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(more_numbers_than_registers_become_several_programs) {
  const auto f = ad::compile<float>(
      [](const auto& x) {
        auto y = x[0];
        for (int i = 0; i < 70000; ++i) y = y * 0.5f + x[1];
        return std::vector{y};
      },
      {{1, 1}, {1, 1}});
  BOOST_TEST(f.program().nodes.size() == 3u);
  BOOST_TEST(f({ad::Value<float>(1.f), ad::Value<float>(2.f)})[0].item() == 4.f);
}

BOOST_AUTO_TEST_SUITE_END()
