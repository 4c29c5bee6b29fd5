/// Values, comparisons and expected errors that the tests of engram::autodiff share.
#pragma once

#include <engram/autodiff/autodiff.hpp>

#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>
#include <random>
#include <string>
#include <vector>

namespace engram::test {

namespace ad = engram::autodiff;
using ad::Shape;
using Variable = ad::Variable<double>;
using Value = ad::Value<double>;
using Variables = std::vector<Variable>;
using Values = std::vector<Value>;

inline constexpr double not_a_number = std::numeric_limits<double>::quiet_NaN();
inline constexpr double infinity = std::numeric_limits<double>::infinity();

/// A value from its rows: `matrix({{1, 2}, {3, 4}})`.
template <class S = double>
ad::Value<S> matrix(std::initializer_list<std::initializer_list<double>> rows) {
  const auto columns = rows.size() ? static_cast<ad::Index>(rows.begin()->size()) : 0;
  ad::Value<S> v(Shape{static_cast<ad::Index>(rows.size()), columns});
  S* to = v.data();
  for (const auto& row : rows)
    for (const double x : row) *to++ = static_cast<S>(x);
  return v;
}

/// Numbers between low and high, the same for the same seed.
template <class S = double>
ad::Value<S> random_value(Shape shape, std::uint64_t seed, double low = -1, double high = 1) {
  std::mt19937_64 random(seed);
  std::uniform_real_distribution<double> uniform(low, high);
  ad::Value<S> v(shape);
  std::generate_n(v.data(), shape.size(), [&] { return static_cast<S>(uniform(random)); });
  return v;
}

/// Numbers between -1.5 and 1.5 in random order, all of them apart from each other and from 0: where no op
/// has a kink.
inline Values distinct_values(const std::vector<Shape>& shapes, std::uint64_t seed, double shift = 0) {
  const ad::Index count = std::accumulate(shapes.begin(), shapes.end(), ad::Index{0},
                                          [](ad::Index n, Shape s) { return n + s.size(); });
  std::vector<double> levels;
  for (ad::Index i = 0; i < count; ++i)
    levels.push_back(shift - 1.5 + 3 * (static_cast<double>(i) + 0.37) / static_cast<double>(count));
  std::shuffle(levels.begin(), levels.end(), std::mt19937_64(seed));
  Values values;
  for (auto next = levels.begin(); const Shape s : shapes) {
    std::copy_n(next, s.size(), values.emplace_back(s).data());
    next += s.size();
  }
  return values;
}

inline Variables record(ad::Tape<double>& tape, const Values& values) {
  Variables x;
  for (const auto& v : values) x.push_back(tape.variable(v));
  return x;
}

inline std::vector<Shape> shapes_of(const auto& values) {
  std::vector<Shape> shapes;
  for (const auto& v : values) shapes.push_back(v.shape());
  return shapes;
}

/// The value of a variable or value, as an array of its own.
template <class S>
ad::Array<S> array_of(const ad::Value<S>& v) {
  return v.array();
}
template <class S>
ad::Array<S> array_of(const ad::Variable<S>& v) {
  return v.value();
}
template <class Derived>
ad::Array<typename Derived::Scalar> array_of(const Eigen::DenseBase<Derived>& v) {
  return v.derived();
}

/// The largest difference, relative to 1 + the magnitude; NaN meets NaN, and infinities their like.
template <class A, class B>
double difference(const A& a, const B& b) {
  const auto x = array_of(a);
  const auto y = array_of(b);
  if (x.rows() != y.rows() || x.cols() != y.cols()) return infinity;
  double largest = 0;
  for (ad::Index i = 0; i < x.size(); ++i) {
    const double p = x.data()[i], q = y.data()[i];
    if (p == q || (std::isnan(p) && std::isnan(q))) continue;
    const double d = std::abs(p - q) / (1 + std::max(std::abs(p), std::abs(q)));
    largest = std::max(largest, std::isnan(d) ? infinity : d);
  }
  return largest;
}
/// The largest difference of two lists; 0 means equal numbers everywhere.
template <class A, class B>
double difference(const std::vector<A>& a, const std::vector<B>& b) {
  if (a.size() != b.size()) return infinity;
  double largest = 0;
  for (std::size_t i = 0; i < a.size(); ++i) largest = std::max(largest, difference(a[i], b[i]));
  return largest;
}

/// Σ w ⊙ y over all y, with fixed weights of all sizes and both signs.
template <class T>
T weighted_sum(const std::vector<T>& y) {
  using S = typename T::Scalar;
  T total = ad::constant_like(y.at(0), ad::Value<S>(S{0}));
  for (std::size_t k = 0; k < y.size(); ++k)
    total = total + ad::sum(y[k] * ad::constant_like(y[k], random_value<S>(y[k].shape(), k + 1, -1.5, 1.5)));
  return total;
}

/// f(x), then the gradient of the weighted sum of it, then, for order 2, the gradient of the weighted sum of
/// that.
template <class F>
Variables with_derivatives(const F& f, const Variables& x, int order = 1) {
  Variables all = f(x);
  for (Variables last = all; order > 0; --order) {
    last = ad::gradient(weighted_sum(last), x);
    all.insert(all.end(), last.begin(), last.end());
  }
  return all;
}

/// The loop that a scan is, step by step.
template <class T, class Body>
ad::StepResult<T> unroll(const Body& body, std::vector<T> carry, const std::vector<T>& sequences,
                         const std::vector<T>& constants, ad::Index steps, bool reverse = false) {
  std::vector<std::vector<T>> results;
  for (ad::Index n = 0; n < steps; ++n) {
    const ad::Index t = reverse ? steps - 1 - n : n;
    std::vector<T> x;
    for (const T& s : sequences) x.push_back(ad::slice_rows(s, t * (s.rows() / steps), s.rows() / steps));
    auto [next, ys] = body(std::span<const T>(carry), std::span<const T>(x), std::span<const T>(constants));
    carry = std::move(next);
    results.resize(ys.size());
    for (std::size_t k = 0; k < ys.size(); ++k)
      results[k].insert(reverse ? results[k].begin() : results[k].end(), ys[k]);
  }
  ad::StepResult<T> all{carry, {}};
  for (const auto& parts : results) all.results.push_back(ad::concatenate(parts, 0));
  return all;
}

/// Expects an std::invalid_argument that says exactly this.
template <class F>
void expect_error(const std::string& text, F&& f) {
  try {
    f();
    BOOST_ERROR("no error, where this was expected: " + text);
  } catch (const std::invalid_argument& error) {
    BOOST_TEST(std::string(error.what()) == text);
  }
}

/// Calls `f(make)` for values and variables of both precisions, where `make(value)` takes a double matrix.
template <class F>
void for_all_kinds(F&& f) {
  const auto variables = [&]<class S>(S) {
    ad::Tape<S> tape;
    f([&](const Value& v) { return tape.variable(ad::Value<S>(v.array().template cast<S>())); });
  };
  f([](const Value& v) { return ad::Value<float>(v.array().cast<float>()); });
  f([](const Value& v) { return v; });
  variables(1.0f);
  variables(1.0);
}

}  // namespace engram::test
