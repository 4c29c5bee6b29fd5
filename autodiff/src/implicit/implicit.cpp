#include <engram/autodiff/custom_vjp.hpp>
#include <engram/autodiff/scope.hpp>

#include "evaluate.hpp"
#include "linear_system.hpp"
#include "shapes_of_slots.hpp"

#include <cmath>

ENGRAM_AUTODIFF_BEGIN
namespace implicit {
namespace {

/// Above so many unknowns a Jacobian is not written down unless somebody asks for it.
constexpr Index few = 300;

template <class S>
ImplicitOptions completed(const char* where, ImplicitOptions options) {
  if (!(options.tolerance >= 0) || std::isinf(options.tolerance))
    fail(where, "tolerance is {}; it must be positive, or 0 for the default", options.tolerance);
  if (options.max_steps < 1) fail(where, "max_steps is {}; at least one step is needed", options.max_steps);
  if (options.tolerance == 0) options.tolerance = std::is_same_v<S, float> ? 1e-5 : 1e-10;
  return options;
}

template <class S>
SystemPtr<S> system_of(Graph<S> zero, std::size_t unknowns, bool is_symmetric,
                       const ImplicitOptions& options) {
  const bool is_direct =
      options.linear_solver == LinearSolver::direct ||
      (options.linear_solver == LinearSolver::automatic && unknown_entries(zero, unknowns) <= few);
  return std::make_shared<const System<S>>(
      System<S>{std::move(zero), unknowns, is_symmetric, is_direct, options.tolerance, options.max_steps});
}

/// Records `solver` as one op. Its inputs are some guesses, from which nothing flows, and the parameters; its
/// first results solve the system. Their cotangents x̄ become -(∂g/∂p)ᵀ (∂g/∂x)⁻ᵀ x̄.
template <class S, class Solver>
Vector<S> with_derivative(const char* name, const SystemPtr<S>& system, std::size_t guesses,
                          const Solver& solver, Span<S> inputs) {
  const Scope scope(inputs[0], name);
  const auto rule = [system, guesses](Span<S> y_bar, Span<S> y, Span<S> in) {
    const auto p = in.subspan(guesses);
    const Vector<S> at = joined<S>(y.first(system->unknowns), p);
    const Vector<S> u = solve_with_jacobian<S>(system, true, at, y_bar.first(system->unknowns));
    const Vector<S> residuals = evaluate<S>(system->zero, at);
    Vector<S> x_bar;
    for (std::size_t i = 0; i < guesses; ++i) x_bar.push_back(zeros_like(in[i]));
    return joined<S>(x_bar, vjp<S>(residuals, negative<S>(u), p));
  };
  return custom_vjp<S>(solver, rule, Vector<S>(inputs.begin(), inputs.end()));
}

/// The same, solved step by step (see `iterate`) from first guesses, and from these numbers as state. The
/// last result is the number of steps.
template <class S, class F>
Vector<S> solved_by_steps(const char* name, const SystemPtr<S>& system, const F& step,
                          const std::vector<double>& state, Span<S> inputs) {
  const std::size_t guesses = system->unknowns;
  const auto solver = [&](Span<S> in) {
    Vector<S> first;
    for (const double number : state) first.push_back(in[0].tape().constant(static_cast<S>(number)));
    auto [results, steps] =
        iterate<S>(step, in.first(guesses), first, in.subspan(guesses), system->tolerance, system->max_steps);
    results.push_back(steps);
    return results;
  };
  return with_derivative(name, system, guesses, solver, inputs);
}

/// Halves a step until the residuals' sum of squares falls, or the step is as good as none.
template <class S>
V<S> step_length(const Graph<S>& zero, Span<S> x, Span<S> dx, Span<S> p, const V<S>& before) {
  const std::size_t n = x.size();
  const auto after = [&](Span<S> from, Span<S> along, Span<S> parameters, const V<S>& length) {
    const Vector<S> r = evaluate<S>(zero, joined<S>(add_scaled<S>(from, length, along), parameters));
    return inner<S>(r, r);
  };
  // Carries: length, what it leads to. Constants: x, dx, p, the squares before.
  const auto is_bad = [](Span<S> c, Span<S> k) {
    return (1.0 - less_equal(c[1], (1.0 - 1e-4 * c[0]) * k.back())) * greater(c[0], 1e-10);
  };
  const auto condition = [&](Span<S> c, Span<S> k) { return sum_stack(is_bad(c, k)); };
  const auto body = [&](Span<S> c, Span<S> k) {
    const V<S> bad = is_bad(c, k), length = select(bad, 0.5 * c[0], c[0]);
    const auto parameters = k.subspan(2 * n, k.size() - 2 * n - 1);
    return Vector<S>{length, select(bad, after(k.first(n), k.subspan(n, n), parameters, length), c[1])};
  };
  Vector<S> constants = joined<S>(joined<S>(x, dx), p);
  constants.push_back(before);
  const V<S> whole = equal(before, before);  // 1, of the stack's size; 0 where there is nothing to gain
  return while_loop<S>(condition, body, {whole, after(x, dx, p, whole)}, constants).carry[0];
}

template <class S>
Graph<S> gradient_graph(const Graph<S>& objective, std::size_t unknowns) {
  const std::vector<Shape> shapes = shapes_of_slots<S>(objective, objective.inputs);
  return trace<S>([&](Span<S> in) { return gradient(evaluate<S>(objective, in)[0], in.first(unknowns)); },
                  std::span<const Shape>(shapes));
}

}  // namespace
}  // namespace implicit

using namespace implicit;

template <class S>
Vector<S> detail::record_fixed_point(Equation<S> next, Span<S> inputs, ImplicitOptions options) {
  options = completed<S>("fixed_point", options);
  require_equation("fixed_point", next.graph, next.unknowns);
  const std::vector<Shape> shapes = shapes_of<V<S>>(inputs);
  const auto change = [&](Span<S> in) {
    return zip<S>(evaluate<S>(next.graph, in), in.first(next.unknowns),
                  [](const V<S>& y, const V<S>& x) { return x - y; });
  };
  const auto system = system_of(trace<S>(change, std::span(shapes)), next.unknowns, false, options);
  const auto step = [&](Span<S> x, Span<S>, Span<S> p) {
    const Vector<S> y = evaluate<S>(next.graph, joined<S>(x, p));
    const Vector<S> dx = zip<S>(y, x, [](const V<S>& a, const V<S>& b) { return a - b; });
    return Step<S>{y, {}, relative_size<S>(dx, y)};
  };
  return solved_by_steps("fixed_point", system, step, {}, inputs);
}

template <class S>
Vector<S> detail::record_root(Equation<S> zero, Span<S> inputs, ImplicitOptions options) {
  options = completed<S>("root", options);
  require_equation("root", zero.graph, zero.unknowns);
  const auto system = system_of(std::move(zero.graph), zero.unknowns, false, options);
  const auto step = [&](Span<S> x, Span<S>, Span<S> p) {
    const Vector<S> at = joined<S>(x, p), r = evaluate<S>(system->zero, at);
    const Vector<S> dx = solve_with_jacobian<S>(system, false, at, negative<S>(r));
    const V<S> length = step_length<S>(system->zero, x, dx, p, inner<S>(r, r));
    const Vector<S> next = add_scaled<S>(x, length, dx);
    return Step<S>{next, {}, relative_size<S>(dx, next)};
  };
  return solved_by_steps("root", system, step, {}, inputs);
}

template <class S>
Vector<S> detail::record_minimum(Equation<S> objective, Span<S> inputs, ImplicitOptions options) {
  options = completed<S>("minimize", options);
  if (objective.graph.outputs.size() != 1 ||
      objective.graph.slots[objective.graph.outputs[0]].shape.matrix() != Shape{1, 1})
    fail("minimize", "the function must return one number");
  const auto system =
      system_of(gradient_graph(objective.graph, objective.unknowns), objective.unknowns, true, options);
  require_equation("minimize", system->zero, objective.unknowns);
  const double rounding = 10 * std::numeric_limits<S>::epsilon();
  // The Hessian is regularized by the gradient's norm times a factor, which grows until the step leads
  // down.
  const auto step = [&](Span<S> x, Span<S> state, Span<S> p) {
    const Vector<S> at = joined<S>(x, p), g = evaluate<S>(system->zero, at);
    const V<S> factor = state[0], shift = factor * sqrt(inner<S>(g, g));
    const Vector<S> dx = solve_with_jacobian<S>(system, false, at, negative<S>(g), &shift);
    const Vector<S> next = zip<S>(x, dx, [](const V<S>& a, const V<S>& b) { return a + b; });
    const V<S> before = evaluate<S>(objective.graph, at)[0],
               after = evaluate<S>(objective.graph, joined<S>(next, p))[0];
    const V<S> leads_down = less_equal(after, before + rounding * abs(before));
    const Vector<S> moved =
        zip<S>(next, x, [&](const V<S>& a, const V<S>& b) { return select(leads_down, a, b); });
    // A large factor makes small steps, which say nothing of how far there is to go.
    const V<S> change = (1.0 + factor) * relative_size<S>(dx, next);
    return Step<S>{moved,
                   {select(leads_down, 0.1 * factor, maximum(10.0 * factor, 1e-3))},
                   select(leads_down, change, std::numeric_limits<double>::infinity())};
  };
  return solved_by_steps("minimize", system, step, {0.0}, inputs);
}

template <class S>
Vector<S> detail::record_custom_root(Equation<S> zero, Graph<S> solver, Span<S> inputs,
                                     ImplicitOptions options) {
  options = completed<S>("custom_root", options);
  require_equation("custom_root", zero.graph, zero.unknowns);
  const auto system = system_of(std::move(zero.graph), zero.unknowns, false, options);
  return with_derivative(
      "custom_root", system, 0, [&](Span<S> in) { return evaluate<S>(solver, in); }, inputs);
}

#define ENGRAM_INSTANTIATE(S)                                                           \
  template Vector<S> detail::record_fixed_point(Equation<S>, Span<S>, ImplicitOptions); \
  template Vector<S> detail::record_root(Equation<S>, Span<S>, ImplicitOptions);        \
  template Vector<S> detail::record_minimum(Equation<S>, Span<S>, ImplicitOptions);     \
  template Vector<S> detail::record_custom_root(Equation<S>, Graph<S>, Span<S>, ImplicitOptions);
ENGRAM_INSTANTIATE(float)
ENGRAM_INSTANTIATE(double)
#undef ENGRAM_INSTANTIATE

ENGRAM_AUTODIFF_END
