// All elementwise functions with their first and second derivatives, recorded, compiled and of dual numbers,
// against values of 50 digits (tests/data/derivatives/generate.py), over the whole range of float and double.
#include "../support/source_folder.hpp"
#include "../support/targets.hpp"
#include "../support/values.hpp"

#include <boost/test/unit_test.hpp>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <fstream>
#include <functional>
#include <map>
#include <sstream>

using namespace engram::test;

namespace {

template <class S>
using Inputs = std::vector<ad::Variable<S>>;

/// A function in ops, and of dual numbers where there is one.
template <class S>
struct Function {
  std::function<ad::Variable<S>(const Inputs<S>&)> of_ops, of_duals;
};

template <class S>
std::map<std::string, Function<S>> functions() {
  std::map<std::string, Function<S>> all;
#define OF_OPS(name, expression) all[name].of_ops = [](const Inputs<S>& x) { return expression; }
#define OF_DUALS(name, arguments, expression, ...)                                  \
  all[name].of_duals = [](const Inputs<S>& x) {                                     \
    return ad::elementwise(name, [] arguments { return expression; })(__VA_ARGS__); \
  }
#define OF_ONE(f) OF_OPS(#f, ad::f(x[0]))
#define OF_ONE_TOO(f) OF_ONE(f), OF_DUALS(#f, (auto a), f(a), x[0])
#define OF_TWO(name, expression, f) OF_OPS(name, expression), OF_DUALS(name, (auto a, auto b), f, x[0], x[1])
  OF_ONE(relu);
  OF_ONE(sign);
  OF_ONE_TOO(sqrt);
  OF_ONE_TOO(exp);
  OF_ONE_TOO(expm1);
  OF_ONE_TOO(log);
  OF_ONE_TOO(log1p);
  OF_ONE_TOO(tanh);
  OF_ONE_TOO(abs);
  OF_ONE_TOO(sin);
  OF_ONE_TOO(cos);
  OF_ONE_TOO(square), OF_ONE_TOO(sigmoid), OF_ONE_TOO(softplus);
  OF_ONE_TOO(floor), OF_ONE_TOO(ceil), OF_ONE_TOO(round), OF_ONE_TOO(trunc);
  OF_ONE_TOO(tan), OF_ONE_TOO(asin), OF_ONE_TOO(acos), OF_ONE_TOO(atan);
  OF_ONE_TOO(sinh), OF_ONE_TOO(cosh), OF_ONE_TOO(asinh), OF_ONE_TOO(acosh), OF_ONE_TOO(atanh);
  OF_ONE_TOO(log2), OF_ONE_TOO(log10), OF_ONE_TOO(exp2), OF_ONE_TOO(cbrt);
  OF_ONE_TOO(erf), OF_ONE_TOO(erfc), OF_ONE_TOO(erfcx);
  OF_ONE_TOO(normal_cdf), OF_ONE_TOO(log_normal_cdf), OF_ONE_TOO(normal_quantile);
  OF_ONE_TOO(lgamma), OF_ONE_TOO(digamma), OF_ONE_TOO(logit), OF_ONE_TOO(log_sigmoid), OF_ONE_TOO(sinc);
#define OF_ORDER(f, n) OF_OPS(#f "(" #n ")", ad::f(n, x[0])), OF_DUALS(#f "(" #n ")", (auto a), f(n, a), x[0])
  OF_ORDER(polygamma, 2);
  OF_ORDER(bessel_j, 0), OF_ORDER(bessel_j, 1), OF_ORDER(bessel_j, 3);
  OF_ORDER(bessel_i, 0), OF_ORDER(bessel_i, 1), OF_ORDER(bessel_i, 3);
  OF_ORDER(bessel_i_scaled, 0), OF_ORDER(bessel_i_scaled, 1), OF_ORDER(bessel_i_scaled, 3);
  OF_OPS("clamp", ad::clamp(x[0], -1, 2)), OF_DUALS("clamp", (auto a), clamp(a, -1, 2), x[0]);
  OF_OPS("negate", -x[0]);
  OF_DUALS("negate", (auto a), -a, x[0]);
  OF_TWO("add", x[0] + x[1], a + b);
  OF_TWO("subtract", x[0] - x[1], a - b);
  OF_TWO("multiply", x[0] * x[1], a * b);
  OF_TWO("divide", x[0] / x[1], a / b);
  OF_TWO("pow", ad::pow(x[0], x[1]), pow(a, b));
  OF_TWO("maximum", ad::maximum(x[0], x[1]), max(a, b));
  OF_TWO("minimum", ad::minimum(x[0], x[1]), min(a, b));
#define OF_BOTH(f) OF_TWO(#f, ad::f(x[0], x[1]), f(a, b))
  OF_BOTH(atan2), OF_BOTH(hypot), OF_BOTH(fmod), OF_BOTH(logaddexp), OF_BOTH(log_beta);
  OF_BOTH(xlogy), OF_BOTH(xlog1py);
  return all;
}

/// Where a function is known with its derivatives: arguments, and the values there.
struct Table {
  std::vector<std::vector<double>> arguments;
  std::vector<std::vector<long double>> exact;
};

/// Whether the powers of which those of x^y and its derivatives are made are normal numbers.
template <class S>
bool has_normal_steps(const std::string& name, const std::vector<double>& x) {
  if (name != "pow") return true;
  return std::ranges::all_of(std::array{0, 1, 2}, [&](int k) {
    const long double step = std::pow(static_cast<long double>(x[0]), static_cast<long double>(x[1]) - k);
    return std::isnormal(static_cast<S>(step)) || step == 0;
  });
}

/// The tables by function. Rows are left out whose arguments are no normal numbers of this precision, or 0,
/// or, of two arguments, one of whose derivatives overflows or comes near to that: steps on the way to it do.
template <class S>
std::map<std::string, Table> tables(const std::string& file, std::size_t arguments) {
  std::map<std::string, Table> all;
  std::ifstream in(engram::test::source_folder() / "tests/data/derivatives" / file);
  for (std::string line; std::getline(in, line);) {
    if (line.starts_with('#')) continue;
    std::istringstream words(line);
    std::string name, word;
    words >> name;
    std::vector<double> x;
    std::vector<long double> exact;
    while (words >> word)
      if (x.size() < arguments)
        x.push_back(std::strtod(word.c_str(), nullptr));
      else
        exact.push_back(std::strtold(word.c_str(), nullptr));
    const bool fits = std::all_of(x.begin(), x.end(), [](double v) {
      return v == 0 || (static_cast<double>(static_cast<S>(v)) == v && std::isnormal(static_cast<S>(v)));
    });
    const bool overflows = std::any_of(exact.begin(), exact.end(), [](long double v) {
      return std::abs(v) > 1e-4L * static_cast<long double>(std::numeric_limits<S>::max());
    });
    if (!fits || !has_normal_steps<S>(name, x) || (arguments > 1 && overflows)) continue;
    all[name].arguments.push_back(x);
    all[name].exact.push_back(exact);
  }
  return all;
}

/// Of f of one argument f, f' and f''; of two f, fa, fb, faa, fab, fbb.
template <class S>
Inputs<S> with_derivatives_of(const std::function<ad::Variable<S>(const Inputs<S>&)>& f, const Inputs<S>& x) {
  Inputs<S> all{f(x)};
  for (const auto& g : ad::gradient(ad::sum(all[0]), x)) all.push_back(g);
  for (std::size_t i = 0; i < x.size(); ++i)
    for (std::size_t j = i; j < x.size(); ++j) all.push_back(ad::gradient(ad::sum(all[1 + i]), x)[j]);
  return all;
}

/// How far y is from the exact value, relative to it, or to the smallest normal number if that is larger.
template <class S>
double error_of(S y, long double exact) {
  using Limits = std::numeric_limits<S>;
  if (std::abs(exact) > static_cast<long double>(Limits::max()) * (1 + 1e-7L))
    return std::isinf(y) && std::signbit(y) == std::signbit(exact) ? 0 : infinity;
  const long double error =
      std::abs(static_cast<long double>(y) - exact) / std::max<long double>(std::abs(exact), Limits::min());
  return std::isnan(error) ? infinity : static_cast<double>(error);
}

struct Worst {
  double of_values = 0, error = 0;
  std::string where;
};

template <class S>
class Comparison {
 public:
  explicit Comparison(double bound) : bound_(bound) {}

  void compare(const std::string& name, const Table& table, const std::vector<ad::Array<S>>& found) {
    for (std::size_t row = 0; row < table.exact.size(); ++row)
      for (std::size_t k = 0; k < found.size(); ++k) {
        const S y = found[k].data()[row];
        const long double exact = table.exact[row][k];
        Worst& worst = worst_[name];
        const double error = error_of<S>(y, exact);
        if (k == 0) worst.of_values = std::max(worst.of_values, error);
        if (error > worst.error)
          worst = {worst.of_values, error,
                   fmt::format("entry {} at {}: {}, not {}", k, fmt::join(table.arguments[row], ", "), y,
                               static_cast<double>(exact))};
      }
  }

  void report(const char* precision) const {
    std::string text;
    for (const auto& [name, worst] : worst_) {
      text += fmt::format("\n  {:28} {:.1e} {:.1e}  {}", name, worst.of_values, worst.error, worst.where);
      BOOST_TEST(worst.error <= bound_, name << ": " << worst.error << ", " << worst.where);
    }
    BOOST_TEST_MESSAGE("largest relative errors of values, and of derivatives too, in " << precision << ':'
                                                                                        << text);
  }

 private:
  double bound_;
  std::map<std::string, Worst> worst_;
};

template <class S>
std::vector<ad::Array<S>> arrays(const auto& values) {
  std::vector<ad::Array<S>> all;
  for (const auto& v : values) all.push_back(array_of(v));
  return all;
}

/// In each way in which the function may be computed, at each dispatch level.
template <class S>
void compare(Comparison<S>& comparison, const std::string& name, const Function<S>& f, const Table& table) {
  std::vector<ad::Value<S>> x;
  for (std::size_t i = 0; i < table.arguments[0].size(); ++i) {
    ad::Value<S> v(Shape{1, static_cast<ad::Index>(table.arguments.size())});
    for (std::size_t row = 0; row < table.arguments.size(); ++row)
      v.data()[row] = static_cast<S>(table.arguments[row][i]);
    x.push_back(v);
  }
  const auto recorded = [&](const auto& function) {
    ad::Tape<S> tape;
    Inputs<S> inputs;
    for (const auto& v : x) inputs.push_back(tape.variable(v));
    return arrays<S>(with_derivatives_of<S>(function, inputs));
  };
  if (f.of_duals) comparison.compare(name + ", duals", table, recorded(f.of_duals));
  if (!f.of_ops || (name == "tanh" && std::is_same_v<S, float>)) return;  // told below
  at_every_target([&](const char*) {
    comparison.compare(name, table, recorded(f.of_ops));
    // Functions of sums run as one operation.
    std::vector<ad::Value<S>> with_zero = x;
    with_zero.push_back(ad::Value<S>(S{0}));
    const auto compiled = ad::compile<S>(
        [&](const Inputs<S>& in) {
          Inputs<S> sums(in.begin(), in.end() - 1);
          return with_derivatives_of<S>(
              [&](Inputs<S> v) {
                v[0] = v[0] + in.back();
                return f.of_ops(v);
              },
              sums);
        },
        shapes_of(with_zero));
    comparison.compare(name + ", compiled", table, arrays<S>(compiled(with_zero)));
  });
}

template <class S>
void compare_all(const char* precision, double bound) {
  Comparison<S> comparison(bound);
  const auto known = functions<S>();
  std::size_t compared = 0;
  for (const std::size_t arguments : {1, 2})
    for (const auto& [name, table] : tables<S>(arguments == 1 ? "unary.txt" : "binary.txt", arguments)) {
      BOOST_REQUIRE_MESSAGE(known.contains(name), name);
      compare(comparison, name, known.at(name), table);
      ++compared;
    }
  BOOST_TEST(compared == known.size());
  comparison.report(precision);
}

}  // namespace

BOOST_AUTO_TEST_SUITE(derivative_values)

BOOST_AUTO_TEST_CASE(in_double_they_are_right_to_thirteen_digits_wherever_they_are) {
  compare_all<double>("double", 1e-13);
}

BOOST_AUTO_TEST_CASE(in_float_they_are_right_to_six_digits_wherever_they_are) {
  compare_all<float>("float", 1e-6);
}

BOOST_AUTO_TEST_CASE(of_tanh_in_float_they_are_as_wrong_as_the_page_on_kernels_says) {
  // 1 - y² is within an ulp of 1 of the derivative, not of itself.
  const auto table = tables<float>("unary.txt", 1).at("tanh");
  double worst = 0;
  for (std::size_t row = 0; row < table.exact.size(); ++row) {
    ad::Tape<float> tape;
    const auto x = tape.variable(static_cast<float>(table.arguments[row][0]));
    const Inputs<float> found =
        with_derivatives_of<float>([](const auto& v) { return ad::tanh(v[0]); }, Inputs<float>{x});
    for (std::size_t k = 0; k < found.size(); ++k)
      worst = std::max(worst, static_cast<double>(std::abs(found[k].item() - table.exact[row][k])));
  }
  BOOST_TEST_MESSAGE("tanh in float: absolute error of the derivatives " << worst);
  BOOST_TEST(worst < 4e-7);
}

BOOST_AUTO_TEST_SUITE_END()
