// The table of derivatives: one row per public function, and more where its derivative has ops of its own.
#include "../support/higher_order_rows.hpp"
#include "../support/linear_rows.hpp"

#include <initializer_list>

namespace engram::test {
namespace {

const Shapes one = {{{3, 4}}, {{1, 5}}, {{4, 1}}, {{1, 1}}};
const Shapes three = {{{3, 4}, {3, 4}, {3, 4}}, {{3, 1}, {3, 4}, {1, 4}}, {{1, 4}, {3, 1}, {3, 4}},
                      {{3, 4}, {1, 1}, {1, 1}}, {{1, 1}, {3, 4}, {3, 1}}, {{1, 1}, {1, 1}, {1, 1}}};
const Shapes logits = {{{3, 4}}, {{1, 4}}, {{3, 1}}, {{1, 1}}};

#define NAMED(function) #function, [](const auto&... x) { return ad::function(x...); }

Row unary(const char* name, auto f, double shift = 0) {
  return {name, [f](const Variables& x) { return list(f(x[0])); }, one, shift};
}
Row reduction(const char* name, auto f) {
  return {name, [f](const Variables& x) { return list(f(x[0]), f(x[0], 0), f(x[0], 1)); }, one};
}
/// Of arguments between -1 and 1.
Row within(const char* name, auto f) {
  return unary(name, [f](const Variable& x) { return f(0.6 * x); });
}
/// Of arguments between 0 and 1.
Row inside(const char* name, auto f) {
  return unary(name, [f](const Variable& x) { return f(0.5 + 0.3 * x); });
}
Row of_order(const char* name, auto f, double shift = 0) {
  return {name, [f](const Variables& x) { return list(f(0, x[0]), f(1, x[0]), f(3, x[0])); }, one, shift};
}
#define NAMED_OF_ORDER(function) #function, [](int n, const auto& x) { return ad::function(n, x); }
Row along(const char* name, auto f) {
  return {name, [f](const Variables& x) { return list(f(x[0], 0), f(x[0], 1)); }, one};
}
/// With a number on either side too.
Row binary(const char* name, auto f, double shift = 0) {
  return {name, [f](const Variables& x) { return list(f(x[0], x[1]), f(x[0], 0.7), f(0.7, x[1])); },
          broadcasting(), shift};
}

std::vector<Row> together(std::initializer_list<std::vector<Row>> tables) {
  std::vector<Row> all;
  for (const auto& table : tables) all.insert(all.end(), table.begin(), table.end());
  return all;
}

}  // namespace

const std::vector<Row>& rows() {
  static const std::vector<Row> all = together({{
    // functions.hpp
    unary(NAMED(operator-)),
    unary(NAMED(square)),
    unary(NAMED(exp)),
    unary(NAMED(expm1)),
    unary(NAMED(tanh)),
    unary(NAMED(sigmoid)),
    unary(NAMED(softplus)),
    unary(NAMED(relu)),
    unary(NAMED(abs)),
    unary(NAMED(sign)),
    unary(NAMED(floor)),
    unary(NAMED(ceil)),
    unary(NAMED(round)),
    unary(NAMED(trunc)),
    unary(NAMED(sin)),
    unary(NAMED(cos)),
    {"tanh",  // the op of its derivative
     [](const Variables& x) { return list(ad::gradient(ad::sum(ad::square(ad::tanh(x[0]))), x[0])); }, one},
    unary(NAMED(sqrt), 2),
    unary(NAMED(log), 2),
    unary(NAMED(log1p), 2),
    // Differences see through it: what it hides must not vary.
    {"stop_gradient", [](const Variables& x) { return list(x[0] * ad::stop_gradient(0.0 * x[0])); }, one},
    // arithmetic.hpp
    binary(NAMED(operator+)),
    binary(NAMED(operator-)),
    binary(NAMED(operator*)),
    binary(NAMED(operator/), 2),
    binary(NAMED(pow), 2),
    binary(NAMED(pull)),
    binary(NAMED(maximum)),
    binary(NAMED(minimum)),
    binary(NAMED(greater)),
    binary(NAMED(greater_equal)),
    binary(NAMED(less)),
    binary(NAMED(less_equal)),
    binary(NAMED(equal)),
    {"pow",  // of negative numbers
     [](const Variables& x) { return list(ad::pow(x[0], 3.0), ad::pow(x[0], -2.0)); }, one, -2.5},
    {"select", [](const Variables& x) { return list(ad::select(ad::greater(x[0], 0.0), x[1], x[2])); },
     three},
    {"select",
     [](const Variables& x) {
       const auto mask = ad::less(x[0], 0.1);
       return list(ad::select(mask, x[0], 2.0), ad::select(mask, 2.0, x[0]));
     },
     one},
    // special.hpp
    unary(NAMED(tan), 3),
    within(NAMED(asin)),
    within(NAMED(acos)),
    unary(NAMED(atan)),
    unary(NAMED(sinh)),
    unary(NAMED(cosh)),
    unary(NAMED(asinh)),
    unary(NAMED(acosh), 3),
    within(NAMED(atanh)),
    unary(NAMED(log2), 2),
    unary(NAMED(log10), 2),
    unary(NAMED(exp2)),
    unary(NAMED(cbrt), 2),
    unary(NAMED(erf)),
    unary(NAMED(erfc)),
    unary(NAMED(erfcx)),
    unary(NAMED(normal_cdf)),
    unary(NAMED(log_normal_cdf)),
    inside(NAMED(normal_quantile)),
    unary(NAMED(lgamma), 2),
    unary(NAMED(digamma), 2),
    of_order(NAMED_OF_ORDER(polygamma), 3),
    unary(NAMED(log_sigmoid)),
    inside(NAMED(logit)),
    unary(NAMED(sinc)),
    of_order(NAMED_OF_ORDER(bessel_j)),
    of_order(NAMED_OF_ORDER(bessel_i)),
    of_order(NAMED_OF_ORDER(bessel_i_scaled), 2),
    binary(NAMED(atan2), 2),
    binary(NAMED(hypot), 2),
    binary(NAMED(fmod), 2.1),
    binary(NAMED(logaddexp)),
    binary(NAMED(log_beta), 2),
    binary(NAMED(xlogy), 2),
    binary(NAMED(xlog1py), 2),
    {"log_normal_cdf", [](const Variables& x) { return ad::gradient(ad::sum(ad::log_normal_cdf(x[0])), x); },
     one},
    {"log_beta",
     [](const Variables& x) { return ad::gradient(ad::sum(ad::log_beta(x[0], x[1])), x); },
     {{{3, 4}, {3, 1}}},
     2},
    {"clamp", [](const Variables& x) { return list(ad::clamp(x[0], x[1], x[2])); }, three},
    {"clamp", [](const Variables& x) { return list(ad::clamp(x[0], -0.6, 0.8)); }, one},
    // reduce.hpp
    reduction(NAMED(sum)),
    reduction(NAMED(mean)),
    reduction(NAMED(max)),
    {"sum_to",
     [](const Variables& x) {
       return list(ad::sum_to(x[0], {3, 4}), ad::sum_to(x[0], {1, 4}));
     },
     {{{3, 4}}}},
    {"sum_to",
     [](const Variables& x) {
       return list(ad::sum_to(x[0], {3, 1}), ad::sum_to(x[0], {1, 1}));
     },
     {{{3, 4}}, {{3, 1}}}},
    {"broadcast_to",
     [](const Variables& x) {
       return list(ad::broadcast_to(x[0], {3, 4}));
     },
     {{{3, 4}}, {{1, 4}}, {{3, 1}}, {{1, 1}}}},
    // product.hpp
    {"matmul",
     [](const Variables& x) { return list(ad::matmul(x[0], x[1])); },
     {{{3, 4}, {4, 2}}, {{1, 4}, {4, 1}}, {{3, 1}, {1, 4}}, {{1, 1}, {1, 5}}, {{9, 5}, {5, 17}}}},
    {"matmul_tn",
     [](const Variables& x) { return list(ad::matmul_tn(x[0], x[1])); },
     {{{4, 3}, {4, 2}}, {{4, 1}, {4, 1}}, {{1, 3}, {1, 4}}, {{1, 1}, {1, 5}}, {{5, 9}, {5, 17}}}},
    {"matmul_nt",
     [](const Variables& x) { return list(ad::matmul_nt(x[0], x[1])); },
     {{{3, 4}, {2, 4}}, {{1, 4}, {1, 4}}, {{3, 1}, {4, 1}}, {{1, 1}, {5, 1}}, {{9, 5}, {17, 5}}}},
    {"matmul_tt",
     [](const Variables& x) { return list(ad::matmul_tt(x[0], x[1])); },
     {{{4, 3}, {2, 4}}, {{4, 1}, {1, 4}}, {{1, 3}, {4, 1}}, {{1, 1}, {5, 1}}, {{5, 9}, {17, 5}}}},
    {"matmul", [](const Variables& x) { return list(ad::matmul(ad::matmul(x[0], x[0]), x[0])); }, {{{3, 3}}}},
    {"matmul_tn", [](const Variables& x) { return list(ad::matmul_tn(x[0], x[0])); }, {{{3, 4}}}},
    {"matmul_nt", [](const Variables& x) { return list(ad::matmul_nt(x[0], x[0])); }, {{{3, 4}}}},
    // arrange.hpp
    unary(NAMED(transpose)),
    {"reshape",
     [](const Variables& x) {
       return list(ad::reshape(x[0], {2, 6}), ad::reshape(x[0], {1, 12}));
     },
     {{{3, 4}}, {{2, 6}}, {{12, 1}}}},
    {"slice_rows",
     [](const Variables& x) {
       return list(ad::slice_rows(x[0], 0, 1), ad::slice_rows(x[0], 1, 2), ad::slice_rows(x[0], 2, 2),
                   ad::slice_rows(x[0], 0, 4), ad::slice_rows(x[0], 4, 0));
     },
     {{{4, 3}}, {{4, 1}}}},
    {"slice_columns",
     [](const Variables& x) {
       return list(ad::slice_columns(x[0], 0, 1), ad::slice_columns(x[0], 1, 2),
                   ad::slice_columns(x[0], 2, 2), ad::slice_columns(x[0], 0, 4),
                   ad::slice_columns(x[0], 4, 0));
     },
     {{{3, 4}}, {{1, 4}}}},
    // Padding is what slices' rules do: here it comes first.
    {"slice_columns",
     [](const Variables& x) {
       const auto large = ad::broadcast_to(x[0].tape().constant(1.0), {5, 6});
       const auto small = ad::slice_columns(ad::slice_rows(large, 1, 3), 2, 4);
       return ad::vjp<double>(list(small), x, list(large));
     },
     {{{3, 4}}}},
    {"concatenate",
     [](const Variables& x) {
       return list(ad::concatenate({x[0], x[1], x[0]}, 0), ad::concatenate({x[1]}, 0));
     },
     {{{3, 4}, {2, 4}}, {{1, 1}, {2, 1}}, {{3, 4}, {0, 4}}}},
    {"concatenate",
     [](const Variables& x) {
       return list(ad::concatenate({x[0], x[1], x[0]}, 1), ad::concatenate({x[1]}, 1));
     },
     {{{4, 3}, {4, 2}}, {{1, 1}, {1, 2}}, {{4, 3}, {4, 0}}}},
    {"split",
     [](const Variables& x) {
       return ad::split(x[0], {1, 0, 2, 1}, 0);
     },
     {{{4, 3}}, {{4, 1}}}},
    {"split",
     [](const Variables& x) {
       return ad::split(x[0], {1, 0, 2, 1}, 1);
     },
     {{{3, 4}}, {{1, 4}}}},
    {"split",  // parts that nobody uses
     [](const Variables& x) {
       return list(ad::split(x[0], {1, 3}, 0)[1], ad::split(x[0], {2, 1}, 1)[0]);
     },
     {{{4, 3}}}},
    {"gather_rows",
     [](const Variables& x) {
       return list(ad::gather_rows(x[0], {2, 0, 2, 2}));
     },
     {{{3, 4}}, {{3, 1}}, {{5, 2}}}},
    {"scatter_rows",
     [](const Variables& x) {
       return list(ad::scatter_rows(x[0], {2, 0, 2}, 5));
     },
     {{{3, 4}}, {{3, 1}}}},
    // rearrange.hpp
    {"at",
     [](const Variables& x) { return list(ad::at(x[0], 2, 1), ad::at(ad::row(x[0], 0), 1)); },
     {{{3, 4}}}},
    {"row", [](const Variables& x) { return list(ad::row(x[0], 1)); }, {{{3, 4}}}},
    {"column", [](const Variables& x) { return list(ad::column(x[0], 0)); }, {{{3, 4}}}},
    along(NAMED(reverse)),
    {"roll", [](const Variables& x) { return list(ad::roll(x[0], 1, 0), ad::roll(x[0], -3, 1)); }, one},
    {"pad", [](const Variables& x) { return list(ad::pad(x[0], 1, 0, 2, 3)); }, one},
    {"tile", [](const Variables& x) { return list(ad::tile(x[0], 2, 3)); }, one},
    {"repeat", [](const Variables& x) { return list(ad::repeat(x[0], 2, 0), ad::repeat(x[0], 3, 1)); }, one},
    along(NAMED(cumsum)),
    along(NAMED(cumprod)),
    {"cumprod",  // with a zero
     [](const Variables& x) {
       return list(ad::cumprod(x[0] * x[0].tape().constant(matrix({{1, 0, 1, 1}})), 1));
     },
     {{{3, 4}}}},
    reduction(NAMED(min)),
    reduction(NAMED(var)),
    {"std_deviation",
     [](const Variables& x) {
       return list(ad::std_deviation(x[0]), ad::std_deviation(x[0], 0), ad::std_deviation(x[0], 1));
     },
     {{{3, 4}}}},
    along(NAMED(any)),
    along(NAMED(all)),
    along(NAMED(argmax)),
    {"one_hot", [](const Variables& x) { return list(ad::one_hot(x[0], 3)); }, {{{4, 1}}}},
    {"take_rows",
     [](const Variables& x) {
       return list(ad::take_rows(x[0], x[0].tape().constant(matrix({{2}, {0}, {2}, {2}}))));
     },
     {{{3, 4}}, {{3, 1}}, {{5, 2}}}},
    // order.hpp
    along(NAMED(argsort)),
    along(NAMED(sort)),
    {"take_along",
     [](const Variables& x) {
       auto& tape = x[0].tape();
       return list(ad::take_along(x[0], tape.constant(matrix({{2, 0, 1, 1}, {2, 2, 0, 1}})), 0),
                   ad::take_along(x[0], tape.constant(matrix({{3}, {0}, {3}})), 1));
     },
     {{{3, 4}}}},
    {"top_k",
     [](const Variables& x) {
       return list(ad::top_k(x[0], 2, 0).values, ad::top_k(x[0], 3, 1).values);
     },
     {{{3, 4}}}},
    {"gather_columns",
     [](const Variables& x) { return list(ad::gather_columns(x[0], {2, 0, 2, 2})); },
     {{{4, 3}}, {{1, 3}}}},
    {"scatter_columns",
     [](const Variables& x) { return list(ad::scatter_columns(x[0], {2, 0, 2}, 5)); },
     {{{4, 3}}, {{1, 3}}}},
    {"cov", [](const Variables& x) { return list(ad::cov(x[0])); }, {{{3, 4}}, {{5, 1}}}},
    // convolution.hpp
    {"correlate",
     [](const Variables& x) { return list(ad::correlate(x[0], x[1])); },
     {{{5, 6}, {3, 2}}, {{1, 4}, {1, 4}}, {{4, 1}, {2, 1}}, {{3, 5}, {2, 4}}}},
    {"convolve", [](const Variables& x) { return list(ad::convolve(x[0], x[1])); }, {{{4, 5}, {2, 3}}}},
    // loss.hpp
    {"log_sum_exp", [](const Variables& x) { return list(ad::log_sum_exp(x[0], 0)); }, logits},
    {"log_sum_exp", [](const Variables& x) { return list(ad::log_sum_exp(x[0], 1)); }, logits},
    {"softmax", [](const Variables& x) { return list(ad::softmax(x[0])); }, logits},
    {"log_softmax", [](const Variables& x) { return list(ad::log_softmax(x[0])); }, logits},
    {"cross_entropy",
     [](const Variables& x) { return list(ad::cross_entropy(x[0], x[1])); },
     {{{3, 4}, {3, 4}}, {{1, 4}, {1, 4}}, {{3, 1}, {3, 1}}, {{1, 1}, {1, 1}}}},
    {"cross_entropy",
     [](const Variables& x) { return list(ad::cross_entropy(x[0], x[1], x[2])); },
     {{{3, 4}, {3, 4}, {3, 1}}, {{1, 4}, {1, 4}, {1, 1}}}},
    // stack.hpp
    {"stack", [](const Variables& x) { return list(ad::stack({x[0], x[1], x[0]})); },
     {{{3, 4}, {3, 4}}, {{2, 1, 3}, {2, 1}}}},
    {"unstack", [](const Variables& x) { return ad::unstack(x[0]); }, {{{2, 3, 3}}, {{2, 3}}}},
    {"slice_stack", [](const Variables& x) { return list(ad::slice_stack(x[0], 1, 2)); }, {{{2, 3, 4}}}},
    {"repeat_stack", [](const Variables& x) { return list(ad::repeat_stack(x[0], 3)); }, {{{2, 3}}}},
    {"sum_stack", [](const Variables& x) { return list(ad::sum_stack(x[0])); }, {{{2, 3, 4}}, {{2, 3}}}},
    {"mean_stack", [](const Variables& x) { return list(ad::mean_stack(x[0])); }, {{{2, 3, 4}}, {{2, 3}}}},
    {"restack", [](const Variables& x) { return list(ad::restack(x[0], {3, 2, 4})); },
     {{{12, 2}}, {{1, 2, 12}}, {{3, 2, 4}}}},
    {"fit_stack",
     [](const Variables& x) { return list(ad::fit_stack(x[0], x[0].stack() == 1 ? 3 : 1)); },
     {{{2, 3}}, {{2, 3, 4}}}},
}, higher_order_rows(), linear_rows()});
  return all;
}

}  // namespace engram::test
