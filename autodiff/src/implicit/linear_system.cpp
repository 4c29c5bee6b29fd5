#include "linear_system.hpp"

#include <engram/autodiff/custom_vjp.hpp>

#include "evaluate.hpp"

#include <cmath>

ENGRAM_AUTODIFF_BEGIN
namespace implicit {
namespace {

/// The leaves as one column (n,1).
template <class S>
V<S> packed(Span<S> leaves) {
  Vector<S> columns;
  for (const V<S>& v : leaves) columns.push_back(reshape(v, {v.shape().matrix().size(), 1}));
  return columns.size() == 1 ? columns[0] : concatenate(columns, 0);
}
/// A column as leaves of the shapes of these.
template <class S>
Vector<S> unpacked(const V<S>& column, Span<S> like) {
  Vector<S> leaves;
  Index first = 0;
  for (const V<S>& v : like) {
    const Shape shape = v.shape().matrix();
    leaves.push_back(reshape(slice_rows(column, first, shape.size()), shape));
    first += shape.size();
  }
  return leaves;
}

template <class S>
Vector<S> directly(const System<S>& system, bool transposed, Span<S> at, Span<S> b, const V<S>* shift) {
  const Vector<S> residuals = evaluate<S>(system.zero, at);
  const auto x = at.first(system.unknowns);
  V<S> j = concatenate(jacobian(packed<S>(residuals), Vector<S>(x.begin(), x.end())), 1);
  const V<S> right = packed<S>(b);
  if (shift)
    j = j + *shift * constant_like(j, Value<S>(Array<S>(Eigen::MatrixX<S>::Identity(j.rows(), j.rows()))));
  return unpacked<S>(
      system.is_symmetric ? solve(j, right, positive_definite) : solve(transposed ? transpose(j) : j, right),
      x);
}

/// J v or Jᵀ v.
template <class S>
Vector<S> times_jacobian(const System<S>& system, bool transposed, Span<S> at, Span<S> v) {
  const Vector<S> residuals = evaluate<S>(system.zero, at);
  const auto x = at.first(system.unknowns);
  return transposed ? vjp<S>(residuals, v, x) : jvp<S>(residuals, x, v);
}

/// a / b, and 0 where a is 0.
template <class S>
V<S> ratio(const V<S>& a, const V<S>& b) {
  return select(equal(a, 0.0), 0.0, a / b);
}

/// A u = b by conjugate gradients, for `product(u, constants)` = A u with a symmetric and positive definite
/// A; NaN if it is not. Source: Hestenes and Stiefel, "Methods of conjugate gradients for solving linear
/// systems", Journal of Research of the National Bureau of Standards 49 (1952).
template <class S, class F>
Vector<S> conjugate_gradients(const F& product, Span<S> b, Span<S> constants, double tolerance,
                              Index max_steps) {
  Vector<S> zeros;
  for (const V<S>& v : b) zeros.push_back(zeros_like(v));
  const std::size_t n = b.size();
  Vector<S> state = joined<S>(b, b);  // residual, direction, |b|²
  state.push_back(inner<S>(b, b));
  const auto step = [&](Span<S> u, Span<S> s, Span<S> k) {
    const auto r = s.first(n), d = s.subspan(n, n);
    const Vector<S> q = product(d, k);
    const V<S> rr = inner<S>(r, r), curvature = inner<S>(d, q);
    const V<S> along =
        select(greater(curvature, 0.0), ratio(rr, curvature), select(equal(rr, 0.0), 0.0, nan<S>));
    const Vector<S> r_next = add_scaled<S>(r, -along, q);
    const V<S> rr_next = inner<S>(r_next, r_next);
    Vector<S> next = joined<S>(r_next, add_scaled<S>(r_next, ratio(rr_next, rr), d));
    next.push_back(s.back());
    return Step<S>{add_scaled<S>(u, along, d), next, sqrt(ratio(rr_next, s.back()))};
  };
  return iterate<S>(step, zeros, state, constants, tolerance, max_steps).first;
}

template <class S>
Vector<S> iteratively(const System<S>& system, bool transposed, Span<S> at, Span<S> b, const V<S>* shift) {
  const auto product = [&](Span<S> v, Span<S> k) {
    const Vector<S> y = times_jacobian<S>(system, transposed, k.first(at.size()), v);
    return shift ? add_scaled<S>(y, k.back(), v) : y;
  };
  Vector<S> constants(at.begin(), at.end());
  if (shift) constants.push_back(*shift);
  if (system.is_symmetric)
    return conjugate_gradients<S>(product, b, constants, system.tolerance, system.max_steps);

  const auto back = [&](Span<S> v, Span<S> k) { return times_jacobian<S>(system, !transposed, k, v); };
  const auto normal = [&](Span<S> v, Span<S> k) { return back(product(v, k), k); };
  const Vector<S> u =
      conjugate_gradients<S>(normal, back(b, at), constants, system.tolerance, system.max_steps);
  // The normal equations of a singular J have solutions that are none of J u = b.
  const Vector<S> left = zip<S>(b, product(u, at), [](const V<S>& x, const V<S>& y) { return x - y; });
  const V<S> is_solved = less_equal(inner<S>(left, left), system.tolerance * inner<S>(b, b));
  Vector<S> solution;
  for (const V<S>& v : u) solution.push_back(select(is_solved, v, nan<S>));
  return solution;
}

/// With a derivative that solves another such system: of u = J⁻¹ b it is b̄ = J⁻ᵀ ū, and the cotangent of J
/// is -b̄ uᵀ.
template <class S>
Vector<S> record_iteratively(const SystemPtr<S>& system, bool transposed, Span<S> at, Span<S> b) {
  const std::size_t n = b.size();
  const auto function = [&](Span<S> in) {
    return iteratively<S>(*system, transposed, in.subspan(n), in.first(n), nullptr);
  };
  const auto rule = [system, transposed, n](Span<S> u_bar, Span<S> u, Span<S> in) {
    const auto point = in.subspan(n);
    const Vector<S> b_bar = record_iteratively<S>(system, !transposed, point, u_bar);
    const Vector<S> product = times_jacobian<S>(*system, transposed, point, u);
    return joined<S>(b_bar, vjp<S>(product, negative<S>(b_bar), point));
  };
  return custom_vjp<S>(function, rule, joined<S>(b, at));
}

}  // namespace

template <class S>
Vector<S> solve_with_jacobian(const SystemPtr<S>& system, bool transposed, Span<S> at, Span<S> b,
                              const V<S>* shift) {
  if (system->is_direct) return directly<S>(*system, transposed, at, b, shift);
  if (shift) return iteratively<S>(*system, transposed, at, b, shift);
  return record_iteratively<S>(system, transposed, at, b);
}

template Vector<float> solve_with_jacobian(const SystemPtr<float>&, bool, Span<float>, Span<float>,
                                           const V<float>*);
template Vector<double> solve_with_jacobian(const SystemPtr<double>&, bool, Span<double>, Span<double>,
                                            const V<double>*);

}  // namespace implicit
ENGRAM_AUTODIFF_END
