// Special functions as ops: all of them are made of the tables in special.hpp.
#include <engram/autodiff/dual.hpp>
#include <engram/autodiff/ops.hpp>

#include "instantiate.hpp"
#include "strided.hpp"

ENGRAM_AUTODIFF_BEGIN
namespace detail {

#define ENGRAM_DECLARE(f, ...) \
  template <Differentiable T>  \
  T f(const T& x);
ENGRAM_SPECIAL_PARTS(ENGRAM_DECLARE)
#define ENGRAM_DECLARE_BINARY(f, ...) \
  template <Differentiable T>         \
  T f(const T& a, const T& b);
ENGRAM_SPECIAL_BINARY_PARTS(ENGRAM_DECLARE_BINARY)

}  // namespace detail
namespace {

/// y = f(x), entry by entry.
template <class S, class F>
void map(View<S> y, ConstView<S> x, const F& f) {
  for (Index i = 0; i < y.shape.size(); ++i) y.data[i] = static_cast<S>(f(x.data[i]));
}
/// The same by the kernel of this name, if there is one.
template <class Op, class S, class F>
void compute(View<S> y, ConstView<S> x, const F& f) {
  static kernels::Unary<S>* const kernel = kernels::unary<S>(Op::name);
  kernel ? kernel(x.data, y.data, y.shape.size()) : map(y, x, f);
}

#define ENGRAM_OP(f, number, slope)                                                                        \
  struct f##_op {                                                                                          \
    static constexpr auto name = #f;                                                                       \
    static constexpr bool elementwise = true;                                                              \
    static Shape shape(Shape x) { return x; }                                                              \
    template <class S>                                                                                     \
    static void forward(View<S> out, ConstView<S> in) {                                                    \
      compute<f##_op>(out, in, [](S x) { return number; });                                                \
    }                                                                                                      \
    static constexpr auto vjp =                                                                            \
        rules([](auto& g, [[maybe_unused]] auto& y, [[maybe_unused]] auto& x) { return pull(g, slope); }); \
  };
ENGRAM_SPECIAL(ENGRAM_OP)
ENGRAM_SPECIAL_PARTS(ENGRAM_OP)

#define ENGRAM_OP_OF_ORDER(f, number)                                                 \
  struct f##_op {                                                                     \
    static constexpr auto name = #f;                                                  \
    static constexpr bool elementwise = true;                                         \
    int n, k;                                                                         \
    bool operator==(const f##_op&) const = default;                                   \
    std::string note() const { return fmt::format("order {}, derivative {}", n, k); } \
    static Shape shape(Shape x) { return x; }                                         \
    template <class S>                                                                \
    void forward(View<S> out, ConstView<S> in) const {                                \
      map(out, in, [*this](double x) { return number; });                             \
    }                                                                                 \
    static constexpr auto vjp = rules([](auto& op, auto& g, auto&, auto& x) {         \
      return pull(g, apply(f##_op{op.n, op.k + 1}, x));                               \
    });                                                                               \
  };
ENGRAM_SPECIAL_ORDERS(ENGRAM_OP_OF_ORDER)

/// y = f(a, b), entry by entry, with broadcasting, by the kernel of this name if there is one.
template <class Op, class S, class F>
void compute(View<S> y, ConstView<S> first, ConstView<S> second, const F& f) {
  static kernels::Binary<S>* const kernel = kernels::binary<S>(Op::name);
  const auto a = strided(first), b = strided(second);
  if (kernel) return kernel(a, b, y.data, y.shape.rows, y.shape.columns);
  S* to = y.data;
  for (Index r = 0; r < y.shape.rows; ++r)
    for (Index c = 0; c < y.shape.columns; ++c)
      *to++ = static_cast<S>(
          f(a.data[r * a.row_stride + c * a.column_stride], b.data[r * b.row_stride + c * b.column_stride]));
}

#define ENGRAM_BINARY_OP(f, number, slope_of_a, slope_of_b)                                    \
  struct f##_op {                                                                              \
    static constexpr auto name = #f;                                                           \
    static constexpr bool elementwise = true;                                                  \
    static Shape shape(Shape a, Shape b) { return broadcast_shape(name, a, b); }               \
    template <class S>                                                                         \
    static void forward(View<S> out, ConstView<S> first, ConstView<S> second) {                \
      compute<f##_op>(out, first, second, [](S a, S b) { return number; });                    \
    }                                                                                          \
    static constexpr auto vjp =                                                                \
        rules([](auto& g, [[maybe_unused]] auto& y, auto& a,                                   \
                 [[maybe_unused]] auto& b) { return sum_to(pull(g, slope_of_a), a.shape()); }, \
              [](auto& g, [[maybe_unused]] auto& y, [[maybe_unused]] auto& a, auto& b) {       \
                return sum_to(pull(g, slope_of_b), b.shape());                                 \
              });                                                                              \
  };

ENGRAM_SPECIAL_BINARY(ENGRAM_BINARY_OP)
ENGRAM_SPECIAL_BINARY_PARTS(ENGRAM_BINARY_OP)

void require_derivative(const char* where, int n) {
  if (n < 0) fail(where, "there is no order {}: orders begin with 0", n);
}

}  // namespace

#define ENGRAM_DEFINE(f, ...)  \
  template <Differentiable T>  \
  T f(const T& x) {            \
    return apply(f##_op{}, x); \
  }
#define ENGRAM_DEFINE_BINARY(f, ...) \
  template <Differentiable T>        \
  T f(const T& a, const T& b) {      \
    return apply(f##_op{}, a, b);    \
  }
ENGRAM_SPECIAL(ENGRAM_DEFINE)
ENGRAM_SPECIAL_BINARY(ENGRAM_DEFINE_BINARY)
namespace detail {
ENGRAM_SPECIAL_PARTS(ENGRAM_DEFINE)
ENGRAM_SPECIAL_BINARY_PARTS(ENGRAM_DEFINE_BINARY)
}  // namespace detail

#define ENGRAM_DEFINE_OF_ORDER(f)  \
  template <Differentiable T>      \
  T f(int n, const T& x) {         \
    require_derivative(#f, n);     \
    return apply(f##_op{n, 0}, x); \
  }
ENGRAM_DEFINE_OF_ORDER(polygamma)
ENGRAM_DEFINE_OF_ORDER(bessel_j)
ENGRAM_DEFINE_OF_ORDER(bessel_i)
ENGRAM_DEFINE_OF_ORDER(bessel_i_scaled)
template <Differentiable T>
T digamma(const T& x) {
  return polygamma(0, x);
}
template <Differentiable T>
T erfcx(const T& x) {
  return apply(erfcx_op{0, 0}, x);
}
template <Differentiable T>
T sinc(const T& x) {
  return apply(sinc_op{0, 0}, x);
}

#define ENGRAM_INSTANTIATE_FUNCTION(f, ...)             \
  template Variable<float> f(const Variable<float>&);   \
  template Variable<double> f(const Variable<double>&); \
  template Value<float> f(const Value<float>&);         \
  template Value<double> f(const Value<double>&);
#define ENGRAM_INSTANTIATE_BINARY(f, ...)                                        \
  template Variable<float> f(const Variable<float>&, const Variable<float>&);    \
  template Variable<double> f(const Variable<double>&, const Variable<double>&); \
  template Value<float> f(const Value<float>&, const Value<float>&);             \
  template Value<double> f(const Value<double>&, const Value<double>&);
ENGRAM_SPECIAL(ENGRAM_INSTANTIATE_FUNCTION)
ENGRAM_SPECIAL_BINARY(ENGRAM_INSTANTIATE_BINARY)
#define ENGRAM_INSTANTIATE(T)                \
  template T polygamma(int, const T&);       \
  template T bessel_j(int, const T&);        \
  template T bessel_i(int, const T&);        \
  template T bessel_i_scaled(int, const T&); \
  template T digamma(const T&);              \
  template T erfcx(const T&);                \
  template T sinc(const T&);
ENGRAM_FOR_ALL(ENGRAM_INSTANTIATE)

ENGRAM_AUTODIFF_END
