/// What minimizers have in common: what they are given, and what they report.
#pragma once

#include <engram/autodiff/transform.hpp>

#include <string>
#include <vector>

ENGRAM_AUTODIFF_BEGIN

/// Why a minimizer stopped.
enum class Stop {
  gradient,   ///< the gradient's largest entry is small enough
  step,       ///< steps, or what they gain, are down to rounding
  max_steps,  ///< as many steps as were allowed
  not_finite  ///< the function has no finite value, or derivative, at the start
};

/// Whether a minimum was found as exactly as it was asked for, or as rounding allows.
constexpr bool has_converged(Stop why) { return why == Stop::gradient || why == Stop::step; }

/// Where a minimizer stopped. X has the form of the first guess, with values as leaves.
template <class X>
struct Minimum {
  X x;
  double value = 0;     ///< of the function
  double gradient = 0;  ///< its gradient's largest entry, as an absolute value
  Index steps = 0;
  Index evaluations = 0;  ///< of the function; each with its derivative
  Stop stop = Stop::max_steps;
};

namespace detail {

template <class S>
using Flat = Eigen::VectorX<S>;

/// "converged: gradient 2.1e-09 after 12 steps, 15 evaluations; value 0.25"
ENGRAM_API std::string describe(double value, double gradient, Index steps, Index evaluations, Stop stop);

}  // namespace detail

/// The report in a line.
template <class X>
std::string to_string(const Minimum<X>& m) {
  return detail::describe(m.value, m.gradient, m.steps, m.evaluations, m.stop);
}

namespace detail {

/// Leaves one behind another.
template <class S>
Flat<S> flat_of(std::span<const Value<S>> leaves);
/// And back, in the shapes of these.
template <class S>
std::vector<Value<S>> leaves_like(std::span<const Value<S>> like, const Flat<S>& x);

/// A compiled function whose inputs are lists of leaves, each list one vector, and whose outputs lie one
/// behind another.
template <class S>
class FlatFunction {
 public:
  FlatFunction(Function<S> f, std::size_t lists);
  /// How many numbers there are in a list, and in all outputs.
  Index inputs() const { return inputs_; }
  Index outputs() const { return outputs_; }
  void operator()(std::initializer_list<const S*> lists, S* y);

 private:
  Function<S> function_;
  typename Function<S>::Workspace workspace_;
  std::size_t leaves_ = 0;  // of a list
  std::vector<const S*> in_;
  std::vector<S*> out_;
  Index inputs_ = 0, outputs_ = 0;
};

/// What a minimizer works on: the first guess as one vector, and functions of one or two such vectors.
template <class X>
class FlatProblem {
 public:
  using S = typename LeafOf<X>::Scalar;
  using V = Variable<S>;
  using Form = Rebound<X, V>;

  explicit FlatProblem(const X& x0) : form_(x0) {
    for (const auto& leaf : leaves_of(x0)) leaves_.emplace_back(leaf);
    for (const Value<S>& leaf : leaves_) shapes_.push_back(leaf.shape());
  }

  Flat<S> start() const { return flat_of<S>(leaves_); }
  /// The leaves that lie in a column, one below the other.
  Form form_of(const V& column) const {
    std::vector<V> leaves;
    Index first = 0;
    for (const Shape shape : shapes_) {
      leaves.push_back(reshape(slice_rows(column, first, shape.size()), shape));
      first += shape.size();
    }
    return in_form_of(form_, leaves);
  }
  Rebound<X, Value<S>> in_form(const Flat<S>& x) const {
    return in_form_of(form_, leaves_like<S>(leaves_, x));
  }

  /// f(x), which returns a vector of variables.
  template <class F>
  FlatFunction<S> compiled(const F& f) const {
    const auto on_leaves = [&](const std::vector<V>& in) { return f(in_form_of(form_, in)); };
    return {compile<S>(on_leaves, shapes_), 1};
  }
  /// f(x, v)
  template <class F>
  FlatFunction<S> compiled_with_direction(const F& f) const {
    std::vector<Shape> twice = shapes_;
    twice.insert(twice.end(), shapes_.begin(), shapes_.end());
    const auto on_leaves = [&](const std::vector<V>& in) {
      const auto middle = in.begin() + static_cast<std::ptrdiff_t>(shapes_.size());
      return f(in_form_of(form_, std::vector<V>(in.begin(), middle)),
               in_form_of(form_, std::vector<V>(middle, in.end())));
    };
    return {compile<S>(on_leaves, twice), 2};
  }
  /// A scalar function: its value, then its gradient.
  template <class F>
  FlatFunction<S> compiled_with_gradient(const F& f) const {
    return compiled([&](const Form& x) { return with_gradient(f(x), x); });
  }

  /// A scalar function of x and of a list of variables like these: its value, then its gradient by x.
  template <class F>
  Function<S> compiled_with_batch(const F& f, const std::vector<Value<S>>& like) const {
    std::vector<Shape> shapes = shapes_;
    for (const Value<S>& part : like) shapes.push_back(part.shape());
    const auto on_leaves = [&](const std::vector<V>& in) {
      const auto middle = in.begin() + static_cast<std::ptrdiff_t>(shapes_.size());
      const Form x = in_form_of(form_, std::vector<V>(in.begin(), middle));
      return with_gradient(f(x, std::vector<V>(middle, in.end())), x);
    };
    return compile<S>(on_leaves, shapes);
  }

  /// What was found at a point, in the form of the first guess.
  Minimum<Rebound<X, Value<S>>> report(const Minimum<Flat<S>>& m) const {
    return {in_form(m.x), m.value, m.gradient, m.steps, m.evaluations, m.stop};
  }

 private:
  static std::vector<V> with_gradient(const V& y, const Form& x) {
    std::vector<V> results = leaves_of(gradient(y, x));
    results.insert(results.begin(), y);
    return results;
  }

  X form_;
  std::vector<Value<S>> leaves_;
  std::vector<Shape> shapes_;
};

}  // namespace detail

ENGRAM_AUTODIFF_END
