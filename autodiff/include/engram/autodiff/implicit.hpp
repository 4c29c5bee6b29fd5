/// Values that solve an equation, as operations: an equilibrium, a root, an optimum. They are differentiated
/// by the implicit function theorem, not by going back through the steps of whatever found them.
///
///     // x = tanh(W x + b), from x = 0 on
///     auto f = [](const V& x, const auto& p) { return tanh(matmul(p[0], x) + p[1]); };
///     V x = ad::fixed_point(f, 0.0 * b, std::vector{w, b}).x;
///
/// The unknowns x and the parameters p are each one variable, a vector of them, or a tree (tree.hpp).
/// A function of both gets them in these forms, always as variables, and returns what is told below in the
/// form of x, or one number. It is called once and must get as arguments all variables that it needs.
/// Derivatives with respect to p are exact for the x that was found, to any order; nothing flows back to the
/// first guess.
///
/// A system of equations may be a stack of them: then each matrix of a stack has a solution of its own.
///
/// Where the solver did not get as near as asked, x is NaN, and the number of steps is `max_steps`; where the
/// Jacobian is singular at the solution, derivatives are NaN. `find_non_finite` names the operation.
///
/// Source: Krantz and Parks, The Implicit Function Theorem (2003); Christianson, "Reverse accumulation and
/// attractive fixed points", Optimization Methods and Software 3 (1994).
#pragma once

#include <engram/autodiff/transform.hpp>

#include <functional>
#include <span>
#include <type_traits>
#include <vector>

ENGRAM_AUTODIFF_BEGIN

/// How linear systems with the equation's Jacobian are solved.
enum class LinearSolver {
  automatic,  ///< direct up to 300 unknowns, else iterative
  direct,     ///< by a factorization of the Jacobian
  /// By conjugate gradients, for which the Jacobian is never written down: it is multiplied with by jvp and
  /// vjp. On the normal equations if the Jacobian is not symmetric and positive definite.
  iterative
};

/// How exactly an equation is solved, and with what.
struct ImplicitOptions {
  /// The last step's largest entry, relative to the largest entry of x or 1, whichever is more. 0 stands for
  /// 1e-10 in double and 1e-5 in float. Iterative linear solvers reduce residuals by it.
  double tolerance = 0;
  Index max_steps = 1000;  ///< of the solver, and of an iterative linear solver
  LinearSolver linear_solver = LinearSolver::automatic;
};

/// What was found, and how many steps that took, a number (1,1) from which nothing flows back.
template <class X>
struct Solution {
  X x;
  detail::LeafOf<X> steps;
};

namespace detail {

/// An equation as a graph: from the unknowns and the parameters to one result for each unknown, of its shape;
/// or to one number, which is to be least.
template <class S>
struct Equation {
  Graph<S> graph;
  std::size_t unknowns = 0;
};

/// How the unknowns are found. Inputs of all of these: first guesses, parameters; of `custom_root`
/// parameters. Results: unknowns, steps; of `custom_root` those of the solver, the unknowns first.
template <class S>
std::vector<Variable<S>> record_fixed_point(Equation<S> next, std::span<const Variable<S>> inputs,
                                            ImplicitOptions options);
template <class S>
std::vector<Variable<S>> record_root(Equation<S> zero, std::span<const Variable<S>> inputs,
                                     ImplicitOptions options);
template <class S>
std::vector<Variable<S>> record_minimum(Equation<S> objective, std::span<const Variable<S>> inputs,
                                        ImplicitOptions options);
template <class S>
std::vector<Variable<S>> record_custom_root(Equation<S> zero, Graph<S> solver,
                                            std::span<const Variable<S>> inputs, ImplicitOptions options);

/// f(x, p) as an equation, for unknowns and parameters of these forms, whose leaves have these shapes.
template <class S, class F, class X, class P>
Equation<S> equation_of(F& f, const X& x, const P& p, std::span<const Shape> shapes) {
  using V = Variable<S>;
  const std::size_t unknowns = leaves_of(x).size();
  const auto on_leaves = [&](std::span<const V> in) {
    const auto middle = in.begin() + static_cast<std::ptrdiff_t>(unknowns);
    return leaves_of(f(in_form_of(x, std::vector<V>(in.begin(), middle)),
                       in_form_of(p, std::vector<V>(middle, in.end()))));
  };
  return {trace<S>(on_leaves, shapes), unknowns};
}

/// The largest stack among a graph's results.
template <class S>
Index stack_of(const Graph<S>& graph) {
  Index stack = 1;
  for (const auto s : graph.outputs)
    if (graph.slots[s].shape.stack != 1) stack = graph.slots[s].shape.stack;
  return stack;
}
/// Repeats those that are one matrix; tells whether there are any.
template <class T>
bool repeat(std::span<T> guesses, Index stack) {
  bool any = false;
  for (T& x : guesses)
    if (x.stack() != stack && x.stack() == 1) x = repeat_stack(x, stack), any = true;
  return any;
}

/// Records what `record` makes of f as an equation; on plain values, compiles it and runs it.
template <class F, class X, class P, class Record>
Solution<X> solve_for(F& f, const X& x0, const P& p, const Record& record) {
  using T = LeafOf<X>;
  using S = typename T::Scalar;
  std::vector<T> inputs = leaves_of(x0);
  for (const LeafOf<P>& leaf : leaves_of(p)) inputs.push_back(leaf);
  std::vector<Shape> shapes = shapes_of<T>(inputs);
  Equation<S> equation = equation_of<S>(f, x0, p, shapes);
  if (const Index stack = stack_of(equation.graph);
      repeat(std::span(inputs).first(equation.unknowns), stack)) {
    shapes = shapes_of<T>(inputs);
    equation = equation_of<S>(f, x0, p, shapes);
  }
  const auto on_variables = [&](std::span<const Variable<S>> in) { return record(equation, in); };
  std::vector<T> y;
  if constexpr (std::is_same_v<T, Variable<S>>)
    y = on_variables(inputs);
  else
    y = Function<S>(trace<S>(on_variables, std::span(shapes)))(std::span<const T>(inputs));
  const T steps = y.back();
  y.pop_back();
  return {in_form_of(x0, y), steps};
}

}  // namespace detail

/// x with x = f(x, p), by putting x into f again and again. Converges where f brings points nearer to each
/// other.
template <class F, class X, class P>
Solution<X> fixed_point(F f, const X& x0, const P& p, const ImplicitOptions& options = {}) {
  return detail::solve_for(f, x0, p, [&]<class S>(detail::Equation<S> next, std::span<const Variable<S>> in) {
    return detail::record_fixed_point<S>(std::move(next), in, options);
  });
}

/// x with g(x, p) = 0, by Newton's method; a step is halved until it brings |g| down.
template <class G, class X, class P>
Solution<X> root(G g, const X& x0, const P& p, const ImplicitOptions& options = {}) {
  return detail::solve_for(g, x0, p, [&]<class S>(detail::Equation<S> zero, std::span<const Variable<S>> in) {
    return detail::record_root<S>(std::move(zero), in, options);
  });
}

/// x at which f(x, p), one number, is least among its neighbours, by Newton's method with a regularized
/// Hessian. Source: Li, Fukushima, Qi and Yamashita, "Regularized Newton methods for convex minimization
/// problems with singular solutions", Computational Optimization and Applications 28 (2004).
template <class F, class X, class P>
Solution<X> minimize(F f, const X& x0, const P& p, const ImplicitOptions& options = {}) {
  return detail::solve_for(f, x0, p,
                           [&]<class S>(detail::Equation<S> objective, std::span<const Variable<S>> in) {
                             return detail::record_minimum<S>(std::move(objective), in, options);
                           });
}

/// x = solver(p), a solution of g(x, p) = 0 that a solver of your own finds, written in ops or a `black_box`.
/// It is not differentiated. For variables; on values, call the solver.
template <class Solver, class G, class P>
auto custom_root(Solver solver, G g, const P& p, const ImplicitOptions& options = {}) {
  using V = detail::LeafOf<P>;
  using S = typename V::Scalar;
  using X = std::decay_t<decltype(solver(p))>;
  const std::vector<V> inputs = detail::leaves_of(p);
  const std::vector<Shape> parameters = detail::shapes_of<V>(inputs);
  detail::Rebound<X, Shape> form;
  const auto on_leaves = [&](std::span<const V> in) {
    const X x = solver(detail::in_form_of(p, std::vector<V>(in.begin(), in.end())));
    const std::vector<V> leaves = detail::leaves_of(x);
    form = detail::in_form_of(x, detail::shapes_of<V>(leaves));
    return leaves;
  };
  Graph<S> graph = trace<S>(on_leaves, std::span(parameters));
  std::vector<Shape> shapes = detail::leaves_of(form);
  shapes.insert(shapes.end(), parameters.begin(), parameters.end());
  return detail::in_form_of(form, detail::record_custom_root<S>(detail::equation_of<S>(g, form, p, shapes),
                                                                std::move(graph), inputs, options));
}

ENGRAM_AUTODIFF_END
