/// The rows of functions that take functions in the table of derivatives; more in their own tests.
#pragma once

#include <engram/autodiff/for_stack.hpp>
#include <engram/autodiff/lift.hpp>

#include "op_row.hpp"

#include <array>
#include <tuple>

namespace engram::test {

inline std::vector<Row> higher_order_rows() {
  ad::ImplicitOptions exactly;
  exactly.tolerance = 1e-13;
  return {
      // loop.hpp, custom_vjp.hpp, elementwise.hpp, lift.hpp
      {"scan",
       [](const Variables& x) {
         const auto step = [](auto carry, auto in, auto k) {
           const auto next = ad::tanh(carry[0] * k[0] + in[0]);
           return ad::StepResult<Variable>{{next}, {next * in[0]}};
         };
         const auto loop = ad::scan<double>(step, {x[0]}, {x[1]}, {x[2]}, 3);
         return list(loop.carry[0], loop.results[0]);
       },
       {{{2, 3}, {6, 3}, {1, 3}}, {{1, 1}, {3, 1}, {1, 1}}}},
      {"scan",  // the op that goes back a binomial loop
       [](const Variables& x) {
         const auto step = [](auto carry, auto, auto k) {
           return ad::StepResult<Variable>{{ad::sin(carry[0] * k[0])}, {}};
         };
         const auto loop = ad::scan<double>(step, {x[0]}, {}, {x[1]}, 5, ad::Keep::binomial(2));
         return ad::gradient(ad::sum(loop.carry[0]), x);
       },
       {{{1, 2}, {1, 1}}}},
      {"while_loop",
       [](const Variables& x) {
         const auto less_than_3 = [](auto carry, auto) { return ad::less(carry[1], 3.0); };
         const auto step = [](auto carry, auto k) {
           return Variables{ad::sin(carry[0] * k[0]), carry[1] + 1.0};
         };
         const Variable zero = x[0].tape().constant(0.0);
         return list(ad::while_loop<double>(less_than_3, step, {x[0], zero}, {x[1]}, 2).carry[0]);
       },
       {{{2, 3}, {1, 3}}, {{1, 2}, {1, 1}}}},
      {"checkpoint",
       [](const Variables& x) {
         return ad::checkpoint([](auto in) { return Variables{ad::sin(in[0]) * in[1]}; }, x);
       },
       {{{3, 4}, {3, 1}}}},
      {"custom_vjp",
       [](const Variables& x) {
         return ad::custom_vjp<double>([](auto in) { return Variables{ad::exp(in[0]) * in[1]}; },
                                       [](auto g, auto y, auto in) {
                                         return Variables{g[0] * y[0], g[0] * ad::exp(in[0])};
                                       },
                                       x);
       },
       {{{3, 4}, {3, 4}}}},
      {"elementwise",
       [](const Variables& x) {
         const auto f = ad::elementwise("f", [](auto a, auto b) { return sin(a) * b / (1.0 + a * a); });
         return list(f(x[0], x[1]));
       },
       broadcasting()},
      {"lift",  // of few columns, whose tangents go forwards
       [](const Variables& x) {
         const auto f = ad::lift<ad::Columns<2, 1>, ad::Columns<1, 2>>(
             "few", []<class T>(const Eigen::Matrix<T, 2, 1>& a, const T& b) {
               const T turned = a[0] * cos(b) - a[1] * sin(b);
               return std::tuple(turned, std::array{a[0] > a[1] ? exp(b) : T(b * a[0]), turned * a[1]});
             });
         return f(x[0], x[1]);
       },
       {{{3, 2}, {3, 1}}, {{3, 2}, {1, 1}}, {{1, 2}, {3, 1}}, {{1, 2}, {1, 1}}}},
      {"lift",  // of many, by a record
       [](const Variables& x) {
         const auto f =
             ad::lift<ad::Columns<6, 4>, ad::Columns<2>>("many", []<class T>(const T* a, const T* b, T* y) {
               y[0] = y[1] = T(0.1);
               for (int i = 0; i < 4; ++i) {
                 y[0] += sin(a[i]) * b[i] + a[4] * y[1];
                 y[1] += a[5] * b[i] / (1.0 + a[i] * a[i]);
               }
             });
         return list(f(x[0], x[1]));
       },
       {{{3, 6}, {3, 4}}, {{1, 6}, {3, 4}}}},
      {"lift",  // its Jacobians
       [](const Variables& x) {
         const auto f = ad::lift<3, 2>("rows", []<class T>(const Eigen::Matrix<T, 3, 1>& a) {
           return std::array{a[0] * sin(a[1]), a[2] * a[2] * a[0]};
         });
         return list(f.jacobian_rows(x[0]));
       },
       {{{4, 3}}, {{1, 3}}}},
      // for_stack.hpp, implicit.hpp, ode.hpp
      {"for_stack",
       [](const Variables& in) {
         const auto f = [](auto x, auto k) { return Variables{ad::sin(x[0] * k[0]), ad::sum(x[0])}; };
         return ad::for_stack<double>(f, {in[0]}, {in[1]}, 2);
       },
       {{{2, 3, 3}, {1, 3}}, {{2, 3}, {1, 1}}}},
      {"fixed_point",
       [exactly](const Variables& in) {
         const auto f = [](const auto& x, const auto& p) {
           return 0.2 * ad::tanh(ad::matmul(p[0], x)) + p[1];
         };
         return list(ad::fixed_point(f, 0.0 * in[1], in, exactly).x);
       },
       {{{3, 3}, {3, 2}}, {{1, 1}, {1, 1}}}},
      {"root",
       [exactly](const Variables& in) {
         const auto f = [](const auto& x, const auto& p) {
           return x + 0.1 * x * ad::square(x) + ad::tanh(ad::matmul(p[0], x)) * 0.2 - p[1];
         };
         return list(ad::root(f, 0.0 * in[1], in, exactly).x);
       },
       {{{2, 2}, {2, 1}}, {{1, 1}, {1, 1}}}},
      {"minimize",
       [exactly](const Variables& in) {
         const auto f = [](const auto& x, const auto& p) {
           return ad::sum(ad::square(x) + ad::softplus(ad::matmul(p[0], x)) - p[1] * x);
         };
         return list(ad::minimize(f, 0.0 * in[1], in, exactly).x);
       },
       {{{2, 2}, {2, 1}}, {{1, 1}, {1, 1}}}},
      {"odeint",
       [](const Variables& in) {
         const auto rate = [](const auto& t, const auto& x, const auto& p) {
           return ad::sin(ad::matmul(p, x)) * ad::cos(t);
         };
         ad::OdeOptions options;
         options.relative = options.absolute = 1e-10;
         return list(ad::odeint(rate, in[0], 0.0, 0.5, in[1], options).x);
       },
       {{{2, 1}, {2, 2}}, {{1, 1}, {1, 1}}}},
  };
}

}  // namespace engram::test
