/// A function from elsewhere as an op: a simulator, a table, another library's model, which gives its value
/// and its gradient as numbers.
///
///     const auto cost = ad::black_box<double>("cost", [](std::span<const P> x) {
///       const double r = x[0].item();                      // P: ad::Value<double>
///       return std::pair(r * r, std::vector{P(2 * r)});    // a number, and its derivative for each input
///     });
///     V y = cost({x});
///
/// The function is called whenever the op runs, compiled or not, on any thread; it must not keep state. It
/// has first derivatives only: differentiating again through it is an error that says so.
#pragma once

#include <engram/autodiff/tape.hpp>

#include <functional>
#include <memory>
#include <span>
#include <string>
#include <utility>
#include <vector>

ENGRAM_AUTODIFF_BEGIN

/// Makes ops of a function with one number as result. `S` is float or double.
template <class S>
class BlackBox {
 public:
  /// The number, and its derivatives with respect to each input, in that input's shape.
  using Function = std::function<std::pair<S, std::vector<Value<S>>>(std::span<const Value<S>>)>;

  BlackBox(std::string name, Function f) : named_(new Named{std::move(name), std::move(f)}) {}

  /// The function of these variables, (1x1).
  Variable<S> operator()(const std::vector<Variable<S>>& x) const;
  /// The function of these values.
  Value<S> operator()(const std::vector<Value<S>>& x) const;

  /// What it is made of.
  struct Named {
    std::string name;
    Function f;
  };

 private:
  std::shared_ptr<const Named> named_;
};

/// Lifts f. The name is for errors and printed graphs.
template <class S, class F>
BlackBox<S> black_box(std::string name, F f) {
  return {std::move(name), std::move(f)};
}

extern template class BlackBox<float>;
extern template class BlackBox<double>;

ENGRAM_AUTODIFF_END
