#include <engram/autodiff/gradcheck.hpp>
#include <engram/autodiff/gradient.hpp>
#include <engram/autodiff/ops.hpp>

#include <algorithm>
#include <cmath>
#include <limits>
#include <random>

ENGRAM_AUTODIFF_BEGIN
namespace {

using Values = std::vector<Value<double>>;
using Variables = std::vector<Variable<double>>;

/// A computed number, and how far rounding and the method may have taken it from the exact one.
struct Estimate {
  double value, uncertainty;
};

/// Rounding errors of numbers of this size, after some operations.
double rounding(double size) { return 1000 * std::numeric_limits<double>::epsilon() * size; }

/// The largest size of a finite entry.
double largest(const Array<double>& x) {
  double size = 0;
  for (Index e = 0; e < x.size(); ++e)
    if (std::isfinite(x.data()[e])) size = std::max(size, std::abs(x.data()[e]));
  return size;
}

class Checker {
 public:
  Checker(const FunctionOfVariables<double>& f, const Values& inputs, const GradcheckOptions& options)
      : f_(f), options_(options), random_(options.seed) {
    for (const auto& x : inputs) {
      inputs_.push_back(x.owned());  // entries are perturbed
      directions_.push_back(random_like(x.shape()));
    }
    Tape<double> tape;
    for (const auto& y : f_(record(tape))) weights_.push_back(random_like(y.shape()));
  }

  GradcheckReport run() {
    compare_with_differences("gradient against differences",
                             [this](Tape<double>& t, const Variables& x) { return weighted(t, f_(x)); });
    if (options_.order > 1)
      compare_with_differences("second derivative against differences",
                               [this](Tape<double>& t, const Variables& x) {
                                 return directional(t, gradient(weighted(t, f_(x)), x));
                               });
    compare_sweeps();
    compare_aliased();
    compare_compiled();
    return report_;
  }

 private:
  Value<double> random_like(Shape shape) {
    // Between 0.5 and 1.5 with either sign: no entry is hidden by a weight near 0.
    std::uniform_real_distribution<double> size(0.5, 1.5);
    std::bernoulli_distribution negative(0.5);
    Value<double> v(shape);
    for (Index i = 0; i < shape.size(); ++i) v.data()[i] = size(random_) * (negative(random_) ? -1 : 1);
    return v;
  }

  Variables record(Tape<double>& tape) const {
    Variables x;
    for (const auto& v : inputs_) x.push_back(tape.variable(v));
    return x;
  }

  Variable<double> inner_product(Tape<double>& tape, const Variables& a, const Values& b) {
    Variable<double> total = tape.constant(0.0);
    for (std::size_t i = 0; i < a.size(); ++i) {
      total = total + sum(sum_stack(a[i] * tape.constant(b[i])));
      if (tape.is_tracing()) continue;
      largest_term_ = std::max(largest_term_, largest(a[i].value() * b[i].array()));
    }
    return total;
  }
  Variable<double> weighted(Tape<double>& tape, const Variables& y) {
    return inner_product(tape, y, weights_);
  }
  Variable<double> directional(Tape<double>& tape, const Variables& g) {
    return inner_product(tape, g, directions_);
  }

  template <class F>
  double evaluate(const F& scalar) {
    Tape<double> tape;
    return scalar(tape, record(tape)).item();
  }

  /// The derivative of `scalar` where `move(step)` moves the inputs by a step, and back with 0.
  template <class F, class Move>
  Estimate difference(const F& scalar, double h, const Move& move) {
    largest_term_ = 0;
    const auto central = [&](double step) {
      move(step);
      const double above = evaluate(scalar);
      move(-step);
      const double below = evaluate(scalar);
      move(0);
      return (above - below) / (2 * step);
    };
    const double once = central(h), twice = central(h / 2), thrice = central(h / 4);
    const double coarse = (4 * twice - once) / 3, fine = (4 * thrice - twice) / 3;  // Richardson: no h² terms
    return {fine, std::abs(fine - coarse) + rounding(largest_term_) / h};
  }

  template <class F>
  Estimate difference_at(const F& scalar, std::size_t input, Index entry) {
    double& x = inputs_[input].data()[entry];
    const double origin = x;
    return difference(scalar, options_.step * (1 + std::abs(origin)),
                      [&](double step) { x = origin + step; });
  }

  /// Along the input's random direction, all entries at once.
  template <class F>
  Estimate difference_along(const F& scalar, std::size_t input) {
    const Value<double> origin = inputs_[input];
    const auto d = directions_[input].array();
    // Entries move by about as much as one does when it is alone, all together not further than that.
    const double h = options_.step * (1 + origin.array().abs().maxCoeff()) / std::sqrt(d.square().sum());
    return difference(scalar, h, [&](double step) {
      View<double>{inputs_[input].data(), origin.shape()}.map() = origin.array() + step * d;
    });
  }

  template <class F>
  void compare_with_differences(const char* what, const F& scalar) {
    Tape<double> tape;
    const Variables x = record(tape);
    const Variables g = gradient(scalar(tape, x), x);
    Values analytic;
    for (const auto& v : g) analytic.emplace_back(v.value());
    for (std::size_t i = 0; i < inputs_.size(); ++i) {
      std::vector<Index> entries(static_cast<std::size_t>(inputs_[i].shape().size()));
      for (std::size_t e = 0; e < entries.size(); ++e) entries[e] = static_cast<Index>(e);
      std::shuffle(entries.begin(), entries.end(), random_);
      if (entries.size() > static_cast<std::size_t>(options_.entries))
        entries.resize(static_cast<std::size_t>(options_.entries));
      for (const Index e : entries)
        note(what, "input", i, e, inputs_[i].shape(), analytic[i].data()[e], difference_at(scalar, i, e));
      if (static_cast<Index>(entries.size()) < inputs_[i].shape().size())  // the others count here
        note(fmt::format("{}, along a random direction", what), "input", i, 0, inputs_[i].shape(),
             (analytic[i].array() * directions_[i].array()).sum(), difference_along(scalar, i));
    }
  }

  /// One variable given as several inputs must get the sum of their cotangents.
  void compare_aliased() {
    for (std::size_t i = 0; i < inputs_.size(); ++i) {
      std::vector<std::size_t> alike;
      for (std::size_t j = 0; j < inputs_.size(); ++j)
        if (inputs_[j].shape() == inputs_[i].shape()) alike.push_back(j);
      if (alike.size() < 2 || alike[0] != i) continue;
      Tape<double> tape;
      Variables apart = record(tape), together = apart;
      for (const std::size_t j : alike) apart[j] = tape.variable(inputs_[i]), together[j] = apart[i];
      largest_term_ = 0;
      const auto g = gradient_values(weighted(tape, f_(together)), Variables{together[i]})[0];
      const auto parts = gradient_values(weighted(tape, f_(apart)), apart);
      Array<double> total = Array<double>::Zero(g.array().rows(), g.columns()), sizes = total;
      for (const std::size_t j : alike) total += parts[j].array(), sizes += parts[j].array().abs();
      for (Index e = 0; e < g.shape().size(); ++e)
        if (!std::isnan(total.data()[e]) || !std::isnan(g.data()[e]))  // outside of the function's domain
          note("one variable given as several inputs, against their cotangents' sum", "input", i, e,
               g.shape(), g.data()[e], {total.data()[e], rounding(std::max(sizes.data()[e], largest_term_))});
    }
  }

  void compare_sweeps() {
    Tape<double> tape;
    const Variables x = record(tape);
    const Variables y = f_(x);
    Variables w, v;
    for (const auto& weight : weights_) w.push_back(tape.constant(weight));
    for (const auto& direction : directions_) v.push_back(tape.constant(direction));
    largest_term_ = 0;
    weighted(tape, y);
    const Variables recorded = vjp<double>(y, w, x);
    const Values computed = vjp_values<double>(y, weights_, x);
    for (std::size_t i = 0; i < x.size(); ++i)
      for (Index e = 0; e < x[i].shape().size(); ++e)
        note("unrecorded against recorded sweep", "input", i, e, x[i].shape(), computed[i].data()[e],
             exact(recorded[i], e));
    const double backwards = directional(tape, recorded).item();
    const double forwards = weighted(tape, jvp<double>(y, x, v)).item();
    note("dot-product test of jvp against vjp", "result", 0, 0, {1, 1}, forwards,
         {backwards, rounding(largest_term_)});
  }

  void compare_compiled() {
    const auto with_gradient = [this](const Variables& x) {
      Variables y = f_(x);
      if (x.empty()) return y;
      const Variables g = gradient(weighted(x[0].tape(), y), x);
      y.insert(y.end(), g.begin(), g.end());
      return y;
    };
    Tape<double> tape;
    const Variables eager = with_gradient(record(tape));
    std::vector<Shape> shapes;
    for (const auto& x : inputs_) shapes.push_back(x.shape());
    const Values compiled = compile<double>(with_gradient, shapes)(inputs_);
    for (std::size_t k = 0; k < eager.size(); ++k)
      for (Index e = 0; e < eager[k].shape().size(); ++e)
        note("compiled against eager, values then gradients", "result", k, e, eager[k].shape(),
             compiled[k].data()[e], exact(eager[k], e));
  }

  /// Entry e of v, but for the rounding errors of what was added and subtracted to get it.
  static Estimate exact(const Variable<double>& v, Index e) {
    return {v.value().data()[e], rounding(largest(v.value()))};
  }

  void note(std::string_view what, const char* list, std::size_t number, Index entry, Shape shape,
            double found, Estimate expected) {
    const double difference = std::abs(found - expected.value) - expected.uncertainty;
    double error = difference <= 0 ? 0 : difference / std::max(std::abs(found), std::abs(expected.value));
    if (std::isnan(error) || std::isinf(expected.uncertainty))
      error = std::numeric_limits<double>::infinity();
    if (found == expected.value) error = 0;  // infinities of one sign, too
    if (error <= report_.largest_error && !report_.text.empty()) return;
    report_.largest_error = error;
    report_.passed = error <= options_.tolerance;
    report_.text = fmt::format(
        "{}: entry ({},{}) of {} {} {}: {:.12g}, expected {:.12g}, error {:.3g}, tolerance {:.3g}", what,
        entry / shape.columns, entry % shape.columns, list, number, to_string(shape), found, expected.value,
        error, options_.tolerance);
  }

  const FunctionOfVariables<double>& f_;
  GradcheckOptions options_;
  std::mt19937_64 random_;
  Values inputs_, directions_, weights_;
  double largest_term_ = 0;  // of the sums that were computed since it was set to 0
  GradcheckReport report_;
};

}  // namespace

GradcheckReport gradcheck(const FunctionOfVariables<double>& f, const std::vector<Value<double>>& inputs,
                          const GradcheckOptions& options) {
  return Checker(f, inputs, options).run();
}

ENGRAM_AUTODIFF_END
