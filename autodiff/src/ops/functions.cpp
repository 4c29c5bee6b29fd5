// Elementwise functions of one operand: first their kernels, compiled once for each instruction set, then
// their ops.
#include "kernels/targets.hpp"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "ops/functions.cpp"
// The order matters: foreach_target includes this file again for every target.
// clang-format off
#include <hwy/foreach_target.h>
#include <hwy/highway.h>
#include "kernels/functions-inl.hpp"
#include "kernels/map-inl.hpp"
#include "kernels/normal-inl.hpp"
// clang-format on

// A kernel's name, and what it makes of a vector x with the tag d.
// clang-format off
#define ENGRAM_KERNELS(X)                                                                  \
  X(negate, hn::Neg(x))                                                                     \
  X(square, hn::Mul(x, x))                                                                  \
  X(sqrt, hn::Sqrt(x))                                                                      \
  X(exp, exp_of(d, x))                                                                      \
  X(log, log_of(d, x))                                                                      \
  X(log1p, log1p_of(d, x))                                                                  \
  X(expm1, expm1_of(d, x))                                                                  \
  X(tanh, tanh_of(d, x))                                                                    \
  X(tanh_slope, tanh_slope_of(d, x))                                                        \
  X(sigmoid, sigmoid_of(d, x))                                                              \
  X(softplus, softplus_of(d, x))                                                            \
  X(relu, hn::IfThenElse(hn::Lt(x, hn::Zero(d)), hn::Zero(d), x))                           \
  X(abs, hn::Abs(x))                                                                        \
  X(sign, sign_of(d, x))                                                                    \
  X(floor, hn::Floor(x))                                                                    \
  X(ceil, hn::Ceil(x))                                                                      \
  X(round, hn::Round(x))                                                                    \
  X(trunc, hn::Trunc(x))                                                                    \
  X(sin, trigonometric(d, x, sin_of(d, x), [](auto v) { return std::sin(v); }))             \
  X(cos, trigonometric(d, x, cos_of(d, x), [](auto v) { return std::cos(v); }))             \
  X(normal_cdf, normal_cdf_of(d, x))                                                        \
  X(log_normal_cdf, log_normal_cdf_of(d, x))                                                \
  X(normal_hazard, normal_hazard_of(d, x))                                                  \
  X(copy, x)
// clang-format on

/// Functions f that compiled programs compute of a sum, as f(a + b) with b broadcast: kernel and op.
#define ENGRAM_OF_SUM(X) X(tanh, Tanh) X(sigmoid, Sigmoid) X(softplus, Softplus) X(relu, Relu) X(exp, Exp)

ENGRAM_TARGET_BEGIN

#define ENGRAM_KERNEL(name, expression)                           \
  struct name##_function {                                        \
    template <class D, class V>                                   \
    ENGRAM_INLINE V operator()([[maybe_unused]] D d, V x) const { \
      return expression;                                          \
    }                                                             \
  };                                                              \
  template <class S>                                              \
  void name(const S* x, S* y, Index n) {                          \
    map(name##_function{}, x, y, n);                              \
  }
ENGRAM_KERNELS(ENGRAM_KERNEL)
#undef ENGRAM_KERNEL

/// a (1 - b²), and 0 where a is 0
struct tanh_pullback_function {
  template <class D, class V>
  ENGRAM_INLINE V operator()(D d, V a, V b) const {
    return unless_zero(d, a, hn::Mul(a, hn::Sub(hn::Set(d, hn::TFromD<D>{1}), hn::Mul(b, b))));
  }
};
template <class S>
void tanh_pullback(const S* a, const S* b, S* y, Index n) {
  map_rows(tanh_pullback_function{}, y, n, Row<true, S>{a}, Row<true, S>{b});
}

template <class F>
struct of_sum_function {
  template <class D, class V, class... Rest>
  ENGRAM_INLINE V operator()(D d, V a, V b, Rest... rest) const {
    return F{}(d, hn::Add(a, b), rest...);
  }
};
#define ENGRAM_KERNEL(name, Op)                                                              \
  template <class S>                                                                         \
  void name##_of_sum(const S* a, Strided<S> b, S* y, Index rows, Index columns) {            \
    map(of_sum_function<name##_function>{}, y, rows, columns, Strided<S>{a, columns, 1}, b); \
  }
ENGRAM_OF_SUM(ENGRAM_KERNEL)
#undef ENGRAM_KERNEL
template <class S>
void tanh_pullback_of_sum(const S* a, Strided<S> b, const S* y, S* x_bar, Index rows, Index columns) {
  map(of_sum_function<tanh_pullback_function>{}, x_bar, rows, columns, Strided<S>{a, columns, 1}, b,
      Strided<S>{y, columns, 1});
}

ENGRAM_TARGET_END

#if HWY_ONCE
#include <engram/autodiff/ops.hpp>

#include "instantiate.hpp"
#include "kernels/export.hpp"
#include "recognise.hpp"
#include "strided.hpp"

#define ENGRAM_EXPORT_FUNCTION(name, expression) \
  ENGRAM_EXPORT(void, name, (const S* x, S* y, Index n), (x, y, n))
ENGRAM_KERNELS(ENGRAM_EXPORT_FUNCTION)
ENGRAM_EXPORT(void, tanh_pullback, (const S* a, const S* b, S* y, Index n), (a, b, y, n))

#define ENGRAM_EXPORT_OF_SUM(name, Op)                                                            \
  ENGRAM_EXPORT(void, name##_of_sum, (const S* a, Strided<S> b, S* y, Index rows, Index columns), \
                (a, b, y, rows, columns))
ENGRAM_OF_SUM(ENGRAM_EXPORT_OF_SUM)
ENGRAM_EXPORT(void, tanh_pullback_of_sum,
              (const S* a, Strided<S> b, const S* y, S* x_bar, Index rows, Index columns),
              (a, b, y, x_bar, rows, columns))

ENGRAM_AUTODIFF_BEGIN
namespace kernels {

template <class S>
Unary<S>* unary(std::string_view name) {
#define ENGRAM_LOOK_UP(kernel, expression) \
  if (name == #kernel) return kernel<S>;
  ENGRAM_KERNELS(ENGRAM_LOOK_UP)
  return nullptr;
}
template Unary<float>* unary(std::string_view);
template Unary<double>* unary(std::string_view);

std::span<const std::string_view> unary_names() {
#define ENGRAM_NAME(kernel, expression) #kernel,
  static constexpr std::string_view names[] = {ENGRAM_KERNELS(ENGRAM_NAME)};
  return names;
}

}  // namespace kernels

namespace {

// For entries, which are numbers or symbols.
using detail::either;
using std::abs;
using std::isnan;
using std::sqrt;

/// The shape is kept, and a kernel does the work.
template <auto kernel>
struct Unary {
  static constexpr bool elementwise = true;
  static Shape shape(Shape x) { return x; }
  template <class S>
  static void forward(View<S> y, ConstView<S> x) {
    kernel(x.data, y.data, x.shape.size());
  }
  template <class S>
  static void row(const S* x, S* y, Index n) {
    kernel(x, y, n);
  }
};
#define ENGRAM_KERNEL(name) [](auto x, auto y, Index n) { kernels::name(x, y, n); }

struct Negate : Unary<ENGRAM_KERNEL(negate)> {
  static constexpr auto name = "negate";
  template <class S>
  static S entry(S x) {
    return -x;
  }
  static constexpr auto vjp = rules([](auto& g, auto&, auto&) { return -g; });
};

struct Square : Unary<ENGRAM_KERNEL(square)> {
  static constexpr auto name = "square";
  template <class S>
  static S entry(S x) {
    return x * x;
  }
  static constexpr auto vjp = rules([](auto& g, auto&, auto& x) { return pull(g, 2.0 * x); });
};

struct Sqrt : Unary<ENGRAM_KERNEL(sqrt)> {
  static constexpr auto name = "sqrt";
  template <class S>
  static S entry(S x) {
    return sqrt(x);
  }
  static constexpr auto vjp = rules([](auto& g, auto& y, auto&) { return pull(g, 0.5 / y); });
};

struct Exp : Unary<ENGRAM_KERNEL(exp)> {
  static constexpr auto name = "exp";
  static constexpr auto vjp = rules([](auto& g, auto& y, auto&) { return pull(g, y); });
};

struct Log : Unary<ENGRAM_KERNEL(log)> {
  static constexpr auto name = "log";
  static constexpr auto vjp = rules([](auto& g, auto&, auto& x) { return pull(g, 1.0 / x); });
};

struct Log1p : Unary<ENGRAM_KERNEL(log1p)> {
  static constexpr auto name = "log1p";
  static constexpr auto vjp = rules([](auto& g, auto&, auto& x) { return pull(g, 1.0 / (1.0 + x)); });
};

struct Expm1 : Unary<ENGRAM_KERNEL(expm1)> {
  static constexpr auto name = "expm1";
  static constexpr auto vjp = rules([](auto& g, auto&, auto& x) { return pull(g, exp(x)); });
};

template <class T>
T tanh_pullback(const T& g, const T& y);

/// ȳ (1 - y²): what flows back through y = tanh x in float. One op, because every step of a learning loop has
/// many of them; it does without x, so that a sum under tanh need not be stored.
struct TanhPullback {
  static constexpr auto name = "tanh_pullback";
  static constexpr bool elementwise = true;
  static Shape shape(Shape g, Shape) { return g; }
  template <class S>
  static void forward(View<S> x_bar, ConstView<S> g, ConstView<S> y) {
    kernels::tanh_pullback(g.data, y.data, x_bar.data, g.shape.size());
  }
  template <class S>
  static S entry(S g, S y) {
    return either(g == S(0), S(0), g * (S(1) - y * y));
  }
  static constexpr auto vjp = rules([](auto& u, auto&, auto&, auto& y) { return tanh_pullback(u, y); },
                                    [](auto& u, auto&, auto& g, auto& y) { return pull(g, u * (-2.0 * y)); });
};

template <class T>
T tanh_pullback(const T& g, const T& y) {
  return apply(TanhPullback{}, g, y);
}

template <class T>
T tanh_slope(const T& x);

/// 1 / cosh² x, the derivative of tanh, which 1 - y² is not where y rounds to 1.
struct TanhSlope : Unary<ENGRAM_KERNEL(tanh_slope)> {
  static constexpr auto name = "tanh_slope";
  static constexpr auto vjp = rules([](auto& g, auto& y, auto& x) { return pull(g, -2.0 * (y * tanh(x))); });
};

template <class T>
T tanh_slope(const T& x) {
  return apply(TanhSlope{}, x);
}

struct Tanh : Unary<ENGRAM_KERNEL(tanh)> {
  static constexpr auto name = "tanh";
  static constexpr auto vjp = rules([]<class T>(const T& g, const T& y, const T& x) {
    if constexpr (std::is_same_v<typename T::Scalar, float>)
      return tanh_pullback(g, y);
    else
      return pull(g, tanh_slope(x));
  });
};

struct Sigmoid : Unary<ENGRAM_KERNEL(sigmoid)> {
  static constexpr auto name = "sigmoid";
  static constexpr auto vjp =
      rules([](auto& g, auto&, auto& x) { return pull(g, 0.25 * tanh_slope(0.5 * x)); });
};

struct Softplus : Unary<ENGRAM_KERNEL(softplus)> {
  static constexpr auto name = "softplus";
  static constexpr auto vjp = rules([](auto& g, auto&, auto& x) { return pull(g, sigmoid(x)); });
};

struct Relu : Unary<ENGRAM_KERNEL(relu)> {
  static constexpr auto name = "relu";
  template <class S>
  static S entry(S x) {
    return either(x < S(0), S(0), x);
  }
  static constexpr auto vjp = rules([](auto& g, auto&, auto& x) { return select(greater(x, 0.0), g, 0.0); });
};

struct Abs : Unary<ENGRAM_KERNEL(abs)> {
  static constexpr auto name = "abs";
  template <class S>
  static S entry(S x) {
    return abs(x);
  }
  static constexpr auto vjp = rules([](auto& g, auto&, auto& x) { return select(x, pull(g, sign(x)), 0.0); });
};

struct Sign : Unary<ENGRAM_KERNEL(sign)> {
  static constexpr auto name = "sign";
  template <class S>
  static S entry(S x) {
    return either(x > S(0), S(1), either(x < S(0), S(-1), either(isnan(x), x, S(0))));
  }
  static constexpr auto vjp = rules(no_gradient);
};

struct Floor : Unary<ENGRAM_KERNEL(floor)> {
  static constexpr auto name = "floor";
  static constexpr auto vjp = rules(no_gradient);
};

struct Ceil : Unary<ENGRAM_KERNEL(ceil)> {
  static constexpr auto name = "ceil";
  static constexpr auto vjp = rules(no_gradient);
};

struct Round : Unary<ENGRAM_KERNEL(round)> {
  static constexpr auto name = "round";
  static constexpr auto vjp = rules(no_gradient);
};

struct Trunc : Unary<ENGRAM_KERNEL(trunc)> {
  static constexpr auto name = "trunc";
  static constexpr auto vjp = rules(no_gradient);
};

struct Sin : Unary<ENGRAM_KERNEL(sin)> {
  static constexpr auto name = "sin";
  static constexpr auto vjp = rules([](auto& g, auto&, auto& x) { return pull(g, cos(x)); });
};

struct Cos : Unary<ENGRAM_KERNEL(cos)> {
  static constexpr auto name = "cos";
  static constexpr auto vjp = rules([](auto& g, auto&, auto& x) { return -pull(g, sin(x)); });
};

struct StopGradient : Unary<ENGRAM_KERNEL(copy)> {
  static constexpr auto name = "stop_gradient";
  static constexpr bool sees_stacks = true;
  static constexpr bool moves = true;
  static Index alias(std::size_t) { return 0; }
  static constexpr auto vjp = rules(no_gradient);
};

/// Base of functions of a sum a + b: b is broadcast in a shape, the frame, that may be another one than that
/// of the result.
struct InFrame : CompiledOnly {
  static constexpr bool elementwise = true;
  static constexpr bool sees_stacks = true;
  Shape frame;
  explicit InFrame(Shape s) : frame(s) {}
  static std::string note() { return "of a sum"; }
  static double flops(std::span<const Shape> y, std::span<const Shape>) {
    return 2.0 * static_cast<double>(y[0].size());
  }

  /// Calls run(first entry, b, rows, columns) for all entries: for as many of the frame's matrices at once as
  /// are one matrix to b too.
  template <class S>
  void cover(ConstView<S> b, auto run) const {
    if (const auto shape = below_each_other(b.shape, frame))
      return run(Index{0}, strided(ConstView<S>{b.data, *shape}), frame.stack * frame.rows, frame.columns);
    for (Index s = 0; s < frame.stack; ++s)
      run(s * frame.rows * frame.columns, strided(b.at(s)), frame.rows, frame.columns);
  }
};

/// f(a + b) of a function f.
template <class F, auto kernel>
struct OfSum : InFrame {
  const char* name = F::name;
  using InFrame::InFrame;
  bool operator==(const OfSum& o) const { return frame == o.frame; }

  template <class S>
  void forward(std::span<const View<S>> y, std::span<const ConstView<S>> x) const {
    cover(x[1], [&](Index first, kernels::Strided<S> b, Index rows, Index columns) {
      kernel(x[0].data + first, b, y[0].data + first, rows, columns);
    });
  }
};

/// (a + b) (1 - y²)
struct TanhPullbackOfSum : InFrame {
  static constexpr const char* name = TanhPullback::name;
  using InFrame::InFrame;
  bool operator==(const TanhPullbackOfSum& o) const { return frame == o.frame; }

  template <class S>
  void forward(std::span<const View<S>> x_bar, std::span<const ConstView<S>> x) const {
    cover(x[1], [&](Index first, kernels::Strided<S> b, Index rows, Index columns) {
      kernels::tanh_pullback_of_sum(x[0].data + first, b, x[2].data + first, x_bar[0].data + first, rows,
                                    columns);
    });
  }
};

}  // namespace

#define ENGRAM_DEFINE(function, Op) \
  template <Differentiable T>       \
  T function(const T& x) {          \
    return apply(Op{}, x);          \
  }
// clang-format off
#define ENGRAM_FUNCTIONS(X)                                                                             \
  X(operator-, Negate) X(square, Square) X(sqrt, Sqrt) X(exp, Exp) X(log, Log) X(log1p, Log1p)         \
  X(expm1, Expm1) X(tanh, Tanh) X(sigmoid, Sigmoid) X(softplus, Softplus) X(relu, Relu) X(abs, Abs)     \
  X(sign, Sign) X(floor, Floor) X(ceil, Ceil) X(round, Round) X(trunc, Trunc) X(sin, Sin) X(cos, Cos)     \
  X(stop_gradient, StopGradient)
// clang-format on
ENGRAM_FUNCTIONS(ENGRAM_DEFINE)

#define ENGRAM_INSTANTIATE_FUNCTION(function, Op)              \
  template Variable<float> function(const Variable<float>&);   \
  template Variable<double> function(const Variable<double>&); \
  template Value<float> function(const Value<float>&);         \
  template Value<double> function(const Value<double>&);       \
  template Number<float> function(const Number<float>&);       \
  template Number<double> function(const Number<double>&);
ENGRAM_FUNCTIONS(ENGRAM_INSTANTIATE_FUNCTION)

template <class S>
OperationPtr<S> of_sum(const Operation<S>& operation, Shape frame) {
#define ENGRAM_REPLACE(name, F) \
  if (op_of<F>(operation))      \
    return make_operation<S>(OfSum<F, [](auto... x) { kernels::name##_of_sum(x...); }>(frame));
  ENGRAM_OF_SUM(ENGRAM_REPLACE)
  if (op_of<TanhPullback>(operation)) return make_operation<S>(TanhPullbackOfSum(frame));
  return nullptr;
}
template OperationPtr<float> of_sum(const Operation<float>&, Shape);
template OperationPtr<double> of_sum(const Operation<double>&, Shape);

ENGRAM_AUTODIFF_END
#endif
