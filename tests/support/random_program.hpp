/// Random programs of ops, for properties that must hold of any program.
#pragma once

#include "values.hpp"

#include <functional>
#include <span>
#include <tuple>

namespace engram::test {

/// Where a program's choices come from: a number below n.
using Choices = std::function<std::uint64_t(std::uint64_t n)>;

inline Choices choices_of(std::uint64_t seed) {
  return [random = std::mt19937_64(seed)](std::uint64_t n) mutable {
    return std::uniform_int_distribution<std::uint64_t>(0, n - 1)(random);
  };
}

/// From a fuzzer's bytes, one for each choice among few; 0 when they are used up.
inline Choices choices_of(std::span<const std::uint8_t> bytes) {
  return [bytes](std::uint64_t n) mutable {
    std::uint64_t choice = 0;
    for (std::uint64_t range = 1; range < n && !bytes.empty(); range *= 256, bytes = bytes.subspan(1))
      choice = choice * 256 + bytes.front();
    return choice % n;
  };
}

/// A list of ops on random operands, made while it runs on values: so shapes fit, and numbers stay moderate.
/// Runs on values and on variables.
class RandomProgram {
 public:
  struct Options {
    int steps = 20;
    bool smooth = false;  ///< without kinks and masks, where differences mean something
    bool empty = true;    ///< with axes of size 0 among the shapes
    bool small = false;   ///< of scalars, and pairs of them
  };

  RandomProgram(std::uint64_t seed, const Options& options) : RandomProgram(choices_of(seed), options) {}

  RandomProgram(Choices choices, const Options& options) : choose_(std::move(choices)), options_(options) {
    const int inputs = 1 + below(3);
    for (int i = 0; i < inputs; ++i) {
      const Shape shape{size(), size()};
      inputs_.push_back(random_value(shape, choose_(value_seeds), -1.5, 1.5));
    }
    values_ = inputs_;
    // Not every try fits; a fuzzer's program may never get its steps.
    for (int tries = 0; tries < 100 * options.steps && std::ssize(steps_) < options.steps; ++tries) step();
    // Any value may be a result: an input, a constant, a part, the same one twice.
    outputs_.push_back(last());
    for (int k = below(4); k > 0; --k) outputs_.push_back(any());
  }

  const Values& inputs() const { return inputs_; }
  /// The results as they were when the program was made.
  Values results() const {
    Values y;
    for (const auto i : outputs_) y.push_back(values_[i]);
    return y;
  }

  template <class T>
  std::vector<T> operator()(const std::vector<T>& x) const {
    std::vector<T> v = x;
    for (const Step& step : steps_) v.push_back(std::get<Recipe<T>>(step)(v));
    std::vector<T> y;
    for (const auto i : outputs_) y.push_back(v[i]);
    return y;
  }

 private:
  template <class T>
  using Recipe = std::function<T(const std::vector<T>&)>;
  using Step = std::tuple<Recipe<Value>, Recipe<Variable>>;
  static constexpr int smooth_recipes = 37, recipes = 50;
  static constexpr std::uint64_t value_seeds = 1 << 16;

  int below(int n) { return static_cast<int>(choose_(static_cast<std::uint64_t>(n))); }
  ad::Index size() {
    if (options_.small) return 1 + below(4) / 3;
    constexpr ad::Index sizes[] = {1, 1, 2, 2, 3, 4, 5, 0};
    return sizes[below(options_.empty ? 8 : 7)];
  }
  std::size_t last() const { return values_.size() - 1; }
  /// Recent values more often, so that programs become deep.
  std::size_t any() {
    return below(2) ? static_cast<std::size_t>(below(static_cast<int>(values_.size())))
                    : last() - static_cast<std::size_t>(below(std::min(3, static_cast<int>(values_.size()))));
  }

  void step() {
    try {
      attempt(below(options_.smooth ? smooth_recipes : recipes));
    } catch (const std::invalid_argument&) {
      // These operands do not fit; others will.
    }
  }

  /// Adds the step if it works on the values.
  template <class F>
  void add(F f) {
    const Value y = Recipe<Value>(f)(values_);
    const bool moderate = (y.array().abs() < 20).all();  // and not NaN
    if (!moderate || y.shape().size() > 64) return;
    if (y.shape().size() == 0 && below(5)) return;  // or nothing else would be left
    steps_.emplace_back(f, f);
    values_.push_back(y);
  }

  void attempt(int recipe) {
    const std::size_t a = any(), b = any(), c = any();
    const Shape s = values_[a].shape();
    const auto rows = static_cast<int>(s.rows), columns = static_cast<int>(s.columns);
    const double number = 0.25 * below(9) - 1;  // the neutral ones among them
    const int axis = below(2);
    using ad::sum, ad::square, ad::tanh;
    switch (recipe) {
      // clang-format off
      case 0: return add([=](const auto& v) { return v[a] + v[b]; });
      case 1: return add([=](const auto& v) { return v[a] - v[b]; });
      case 2: return add([=](const auto& v) { return v[a] * v[b]; });
      case 3: return add([=](const auto& v) { return v[a] / (square(v[b]) + 1.0); });
      case 4: return add([=](const auto& v) { return v[a] + number; });
      case 5: return add([=](const auto& v) { return number * v[a]; });
      case 6: return add([=](const auto& v) { return number - v[a]; });
      case 7: return add([=](const auto& v) { return ad::pow(ad::softplus(v[a]) + 0.5, number); });
      case 8: return add([=](const auto& v) { return ad::pow(square(v[a]) + 0.5, tanh(v[b])); });
      case 9: return add([=](const auto& v) { return -v[a]; });
      case 10: return add([=](const auto& v) { return square(tanh(v[a])); });
      case 11: return add([=](const auto& v) { return ad::sqrt(square(v[a]) + 0.5); });
      case 12: return add([=](const auto& v) { return ad::exp(tanh(v[a])); });
      case 13: return add([=](const auto& v) { return ad::log(ad::sigmoid(v[a]) + 0.5); });
      case 14: return add([=](const auto& v) { return ad::log1p(square(v[a])); });
      case 15: return add([=](const auto& v) { return ad::expm1(ad::sin(v[a])); });
      case 16: return add([=](const auto& v) { return tanh(v[a] + v[b]); });
      case 17: return add([=](const auto& v) { return ad::sin(v[a]) * ad::cos(v[b]); });
      case 18: return add([=](const auto& v) { return tanh(ad::matmul(v[a], v[b])); });
      case 19: return add([=](const auto& v) { return tanh(ad::matmul_tn(v[a], v[b])); });
      case 20: return add([=](const auto& v) { return tanh(ad::matmul_nt(v[a], v[b])); });
      case 21: return add([=](const auto& v) { return ad::transpose(v[a]); });
      case 22: return add([=](const auto& v) { return ad::reshape(v[a], {s.columns, s.rows}); });
      case 23: { const int from = below(rows + 1), count = below(rows + 1 - from);
        return add([=](const auto& v) { return ad::slice_rows(v[a], from, count); }); }
      case 24: { const int from = below(columns + 1), count = below(columns + 1 - from);
        return add([=](const auto& v) { return ad::slice_columns(v[a], from, count); }); }
      case 25: return add([=](const auto& v) { return ad::concatenate({v[a], v[b], v[c]}, axis); });
      case 26: { const auto n = axis == 0 ? s.rows : s.columns, half = n / 2; const auto part = below(2);
        return add([=](const auto& v) {
          return ad::split(v[a], {half, n - half}, axis)[static_cast<std::size_t>(part)]; }); }
      case 27: { const std::vector<ad::Index> rows_of = {below(std::max(rows, 1)), below(std::max(rows, 1)), 0};
        return add([=](const auto& v) { return ad::gather_rows(v[a], rows_of); }); }
      case 28: { std::vector<ad::Index> to(static_cast<std::size_t>(rows)); for (auto& i : to) i = below(4);
        return add([=](const auto& v) { return ad::scatter_rows(v[a], to, 4); }); }
      case 29: return add([=](const auto& v) { return sum(v[a], axis); });
      case 30: return add([=](const auto& v) { return ad::mean(v[a]) + ad::mean(v[b], axis); });
      case 31: return add([=](const auto& v) { return ad::broadcast_to(v[a], {4, s.columns}); });
      case 32: return add([=](const auto& v) { return ad::log_sum_exp(v[a], axis); });
      case 33: return add([=](const auto& v) { return ad::softmax(v[a]); });
      case 34: return add([=](const auto& v) { return ad::cross_entropy(v[a], ad::softmax(v[b])); });
      case 35: return add([=](const auto& v) { return inside_checkpoint(v[a], v[b]); });
      case 36: return add([=](const auto& v) { return inside_scan(v[a], v[b], axis); });
      // With kinks and masks.
      case 37: return add([=](const auto& v) { return ad::relu(v[a]); });
      case 38: return add([=](const auto& v) { return ad::abs(v[a]) * ad::sign(v[b]); });
      case 39: return add([=](const auto& v) { return ad::maximum(v[a], v[b]); });
      case 40: return add([=](const auto& v) { return ad::minimum(v[a], number); });
      case 41: return add([=](const auto& v) { return ad::select(ad::greater(v[a], v[b]), v[c], v[a]); });
      case 42: return add([=](const auto& v) { return ad::select(ad::less_equal(v[a], number), v[b], 0.0); });
      case 43: return add([=](const auto& v) { return ad::equal(v[a], v[b]) - ad::greater_equal(v[a], v[c]); });
      case 44: return add([=](const auto& v) { return ad::max(v[a], axis); });
      case 45: return add([=](const auto& v) { return ad::max(v[a]); });
      case 46: return add([=](const auto& v) { return ad::stop_gradient(v[a]); });
      case 47: return add([=](const auto& v) { return ad::zeros_like(v[a]); });
      case 48: { const Value k = random_value(s, choose_(value_seeds));
        return add([=](const auto& v) { return ad::constant_like(v[a], k); }); }
      case 49: return add([=](const auto& v) { return v[a]; });
        // clang-format on
    }
  }

  template <class T>
  static T inside_checkpoint(const T& a, const T& b) {
    return ad::checkpoint<T>([](auto x) { return std::vector<T>{ad::tanh(x[0]) * x[1], x[0]}; }, {a, b})[0];
  }
  /// Three steps that use a as carry and b as constant; by `which` the carry or the results are returned.
  template <class T>
  static T inside_scan(const T& a, const T& b, int which) {
    const auto body = [](auto carry, auto, auto constants) {
      const T next = ad::tanh(carry[0] * 1.5) + 0.1 * ad::mean(constants[0]);
      return ad::StepResult<T>{{next}, {ad::sum(next * constants[0], 0), carry[0]}};
    };
    const auto loop = ad::scan(body, std::vector<T>{a}, std::vector<T>{}, std::vector<T>{b}, 3);
    return which ? loop.carry[0] : loop.results[0];
  }

  Choices choose_;
  Options options_;
  Values inputs_, values_;
  std::vector<Step> steps_;
  std::vector<std::size_t> outputs_;
};

}  // namespace engram::test
