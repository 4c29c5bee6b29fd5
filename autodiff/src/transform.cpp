#include <engram/autodiff/transform.hpp>

#include "ops/as_rows.hpp"
#include "stack_of_cotangents.hpp"

#include <algorithm>

ENGRAM_AUTODIFF_BEGIN
namespace {

/// Up to so many directions, each takes a sweep of its own, because operations on few numbers are faster
/// alone.
constexpr Index few = 8;

/// A stack of `count` matrices of x's shape: 1 at one entry, from entry `first` on, else 0. If x is a stack
/// itself, `count` is 1, and each of its matrices gets the same.
template <class S>
Variable<S> units_like(const Variable<S>& x, Index first, Index count) {
  const Index size = x.shape().matrix().size();
  Value<S> units(Shape{x.rows(), x.columns(), count});
  std::fill_n(units.data(), units.shape().size(), S{0});
  for (Index k = 0; k < count; ++k) units.data()[k * size + first + k] = 1;
  return count == 1 ? fit_stack(constant_like(x, units), x.stack()) : constant_like(x, units);
}

template <class S>
Variable<S> as_row(const Variable<S>& x) {
  return reshape(x, {1, x.shape().matrix().size()});
}

/// Calls `sweep(first, count)` until all n directions have had their turn, as many at a time as it can: it
/// tells whether it could.
void for_directions(Index n, bool may_stack, auto&& sweep) {
  Index most = may_stack && n > few ? most_at_once : 1;
  for (Index k = 0; k < n;) {
    const Index count = std::min(most, n - k);
    if (sweep(k, count))
      k += count;
    else
      most = 1;
  }
}

}  // namespace

template <class S>
std::vector<Variable<S>> jacobian(const Variable<S>& y, const std::vector<Variable<S>>& x) {
  using V = Variable<S>;
  const auto entries = [](const V& v) { return v.shape().matrix().size(); };
  Index inputs = 0;
  bool is_single = y.stack() == 1;
  for (const V& v : x) inputs += entries(v), is_single = is_single && v.stack() == 1;
  const Index outputs = entries(y);
  std::vector<std::vector<V>> rows(x.size());  // of each block; of its transpose when going forwards

  if (outputs <= inputs) {
    for_directions(outputs, is_single, [&](Index first, Index count) {
      const V units = units_like(y, first, count);
      const auto x_bar = count == 1 ? vjp<S>(std::span(&y, 1), std::span<const V>(&units, 1), x)
                                    : vjps<S>(y, units, std::span<const V>(x));
      for (std::size_t i = 0; i < x_bar.size(); ++i)
        rows[i].push_back(count == 1 ? as_row(x_bar[i]) : as_rows(x_bar[i]));
      return !x_bar.empty() || x.empty();
    });
  } else {
    for (std::size_t i = 0; i < x.size(); ++i)
      for_directions(entries(x[i]), is_single, [&](Index first, Index count) {
        const V units = units_like(x[i], first, count);
        if (count == 1) {
          rows[i].push_back(
              as_row(jvp<S>(std::span(&y, 1), std::span(&x[i], 1), std::span<const V>(&units, 1))[0]));
          return true;
        }
        const auto y_dots = jvps<S>(y, x[i], units);
        if (y_dots) rows[i].push_back(as_rows(*y_dots));
        return y_dots.has_value();
      });
  }
  std::vector<V> blocks;
  for (std::size_t i = 0; i < x.size(); ++i) {
    if (rows[i].empty())  // a matrix without entries on one side
      blocks.push_back(constant_like(y, Value<S>(Array<S>::Zero(outputs, entries(x[i])))));
    else
      blocks.push_back(outputs <= inputs ? concatenate(rows[i], 0) : transpose(concatenate(rows[i], 0)));
  }
  return blocks;
}

template std::vector<Variable<float>> jacobian(const Variable<float>&, const std::vector<Variable<float>>&);
template std::vector<Variable<double>> jacobian(const Variable<double>&,
                                                const std::vector<Variable<double>>&);

ENGRAM_AUTODIFF_END
