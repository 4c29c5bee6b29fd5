// The op of a function over scalars, and its derivatives, which are such ops too.
#include <engram/autodiff/lift.hpp>
#include <engram/autodiff/ops.hpp>

#include "ops/instantiate.hpp"
#include "require_order.hpp"

ENGRAM_AUTODIFF_BEGIN
namespace {

using detail::Lifted;

/// One of the functions that lift/rows.hpp tells of.
template <class S>
struct LiftedOp : Variadic {
  std::shared_ptr<const detail::LiftedFunction> function;
  detail::ComputeLifted<S>* compute;
  Lifted kind = Lifted::directional;
  int order = 0;
  const char* name = function->name.c_str();

  bool operator==(const LiftedOp& o) const {
    return function == o.function && kind == o.kind && order == o.order;
  }

  static Within within(std::size_t) { return {.row = true}; }
  std::string note() const {
    if (kind == Lifted::jacobian) return "Jacobian";
    if (kind == Lifted::gradient) return fmt::format("gradient of order {}", order);
    return order == 0 ? std::string() : fmt::format("derivative of order {}", order);
  }

  void forward(std::span<const View<S>> y, std::span<const ConstView<S>> x) const {
    compute(*function, kind, order, y, x);
  }
  bool side_by_side(std::span<const View<S>> y, std::span<const ConstView<S>> x) const {
    forward(y, x);
    return true;
  }

  template <class T>
  std::vector<T> apply(std::span<const T> x) const;
  template <class T>
  void pull_back(Pullback<T>& p) const;

 private:
  std::size_t inputs() const { return function->inputs.size(); }
  std::size_t outputs() const { return function->outputs.size(); }
  /// How many columns the inputs have.
  std::vector<Index> columns() const {
    std::vector<Index> all = function->inputs;
    const auto add = [&](const std::vector<Index>& more) { all.insert(all.end(), more.begin(), more.end()); };
    if (kind == Lifted::gradient) add(function->outputs);
    for (int n = kind == Lifted::directional ? 0 : 1; n < order; ++n) add(function->inputs);
    return all;
  }
  std::vector<Shape> results(Index rows) const {
    if (kind == Lifted::jacobian) return {{rows, sum_of(function->inputs) * sum_of(function->outputs)}};
    std::vector<Shape> shapes;
    for (const Index c : kind == Lifted::gradient ? function->inputs : function->outputs)
      shapes.push_back({rows, c});
    return shapes;
  }
  static Index sum_of(const std::vector<Index>& columns) {
    Index sum = 0;
    for (const Index c : columns) sum += c;
    return sum;
  }
  LiftedOp of(Lifted other_kind, int other_order) const {
    LiftedOp op = *this;
    op.kind = other_kind, op.order = other_order;
    return op;
  }
  template <class T>
  void pull_back_jacobian(Pullback<T>& p) const;
};

template <class S>
template <class T>
std::vector<T> LiftedOp<S>::apply(std::span<const T> x) const {
  const auto expected = columns();
  Index rows = 1;
  for (std::size_t i = 0; i < x.size(); ++i) {
    const Shape shape = x[i].shape();
    if (shape.columns != expected[i])
      fail(name, "input {} is {}, and the function that is lifted takes {} column(s) of it", i,
           to_string(shape), expected[i]);
    if (rows != 1 && shape.rows != 1 && shape.rows != rows)
      fail(name, "input {} is {}, and one before has {} rows", i, to_string(shape), rows);
    if (shape.rows != 1) rows = shape.rows;
  }
  const std::vector<Shape> shapes = results(rows);
  return apply_all<S>(make_operation<S>(*this), x, std::span<const Shape>(shapes));
}

template <class S>
template <class T>
void LiftedOp<S>::pull_back(Pullback<T>& p) const {
  if (kind == Lifted::jacobian) return pull_back_jacobian(p);
  // x; then, of a gradient, the cotangents of f's results; then the directions, of which one more comes last:
  // that by which a gradient is multiplied.
  std::vector<T> x(p.x.begin(), p.x.begin() + static_cast<std::ptrdiff_t>(inputs())), y_bar;
  std::vector<std::vector<T>> directions;
  std::vector<T> bars;
  for (std::size_t k = 0; k < p.y.size(); ++k) bars.push_back(detail::bar_of(p, k));
  const bool is_gradient = kind == Lifted::gradient;
  std::size_t at = inputs();
  if (is_gradient)
    for (std::size_t k = 0; k < outputs(); ++k) y_bar.push_back(p.x[at++]);
  else
    y_bar = bars;
  for (; at < p.x.size(); at += inputs())
    directions.emplace_back(p.x.begin() + static_cast<std::ptrdiff_t>(at),
                            p.x.begin() + static_cast<std::ptrdiff_t>(at + inputs()));
  const std::size_t given = directions.size();
  if (is_gradient) directions.push_back(bars);

  // A derivative along all directions but one, and its parts that are cotangents of the inputs from `first`
  // on.
  const auto derivative = [&](Lifted of_kind, std::size_t without, std::size_t first, std::size_t count) {
    const auto wanted = p.wanted.subspan(first, count);
    if (std::find(wanted.begin(), wanted.end(), char{1}) == wanted.end()) return;
    std::vector<T> arguments = x;
    if (of_kind == Lifted::gradient) arguments.insert(arguments.end(), y_bar.begin(), y_bar.end());
    int along = 0;
    for (std::size_t d = 0; d < directions.size(); ++d)
      if (d != without)
        arguments.insert(arguments.end(), directions[d].begin(), directions[d].end()), ++along;
    const int next = of_kind == Lifted::gradient ? along + 1 : along;
    require_order(name, next);
    const auto parts = of(of_kind, next).apply(std::span<const T>(arguments));
    for (std::size_t i = 0; i < count; ++i)
      if (wanted[i]) p.x_bar[first + i] = sum_to(parts[i], p.x[first + i].shape());
  };
  const std::size_t all = directions.size();
  derivative(Lifted::gradient, all, 0, inputs());
  if (is_gradient) derivative(Lifted::directional, all, inputs(), outputs());
  const std::size_t first = inputs() + (is_gradient ? outputs() : 0);
  for (std::size_t d = 0; d < given; ++d) derivative(Lifted::gradient, d, first + d * inputs(), inputs());
}

/// Σ over results of the gradient of the result's derivative along its row of the cotangent.
template <class S>
template <class T>
void LiftedOp<S>::pull_back_jacobian(Pullback<T>& p) const {
  const T& bar = *p.y_bar[0];
  Index at = 0;
  for (std::size_t k = 0; k < outputs(); ++k)
    for (Index c = 0; c < function->outputs[k]; ++c) {
      std::vector<T> arguments(p.x.begin(), p.x.end());
      for (std::size_t j = 0; j < outputs(); ++j) {
        Array<S> one = Array<S>::Zero(1, function->outputs[j]);
        if (j == k) one(c) = 1;
        arguments.push_back(constant_like(bar, Value<S>(one)));
      }
      for (const Index width : function->inputs) {
        arguments.push_back(slice_columns(bar, at, width));
        at += width;
      }
      const auto parts = of(Lifted::gradient, 2).apply(std::span<const T>(arguments));
      for (std::size_t i = 0; i < inputs(); ++i) {
        if (!p.wanted[i]) continue;
        const T part = sum_to(parts[i], p.x[i].shape());
        p.x_bar[i] = p.x_bar[i] ? *p.x_bar[i] + part : part;
      }
    }
}

}  // namespace

template <class T>
std::vector<T> detail::apply_lifted(const std::shared_ptr<const LiftedFunction>& function,
                                    ComputeLifted<typename T::Scalar>* compute, Lifted kind,
                                    std::span<const T> x) {
  const int order = kind == Lifted::jacobian ? 1 : 0;
  return LiftedOp<typename T::Scalar>{{}, function, compute, kind, order}.apply(x);
}

#define ENGRAM_INSTANTIATE(T)                                                                        \
  template std::vector<T> detail::apply_lifted(const std::shared_ptr<const detail::LiftedFunction>&, \
                                               ComputeLifted<typename T::Scalar>*, Lifted,           \
                                               std::span<const T>);
ENGRAM_FOR_ALL(ENGRAM_INSTANTIATE)

ENGRAM_AUTODIFF_END
