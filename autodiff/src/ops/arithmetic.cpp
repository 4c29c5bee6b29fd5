// Elementwise operations on two and three operands, with broadcasting: first their kernels, compiled once for
// each instruction set, then their ops.
#include "kernels/targets.hpp"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "ops/arithmetic.cpp"
// The order matters: foreach_target includes this file again for every target.
// clang-format off
#include <hwy/foreach_target.h>
#include <hwy/highway.h>
#include "kernels/logarithm-inl.hpp"
#include "kernels/map-inl.hpp"
// clang-format on

// A kernel's name, and what it makes of vectors a and b with the tag d. A comparison with NaN is false, so
// the second branch of maximum and minimum keeps a NaN in b; the test keeps one in a.
// clang-format off
#define ENGRAM_KERNELS(X)                                                                     \
  X(add, hn::Add(a, b))                                                                         \
  X(subtract, hn::Sub(a, b))                                                                    \
  X(multiply, hn::Mul(a, b))                                                                    \
  X(divide, hn::Div(a, b))                                                                      \
  X(maximum, hn::IfThenElse(hn::Or(hn::Ge(a, b), hn::IsNaN(a)), a, b))                          \
  X(minimum, hn::IfThenElse(hn::Or(hn::Le(a, b), hn::IsNaN(a)), a, b))                          \
  X(greater, one_where(d, hn::Gt(a, b)))                                                        \
  X(greater_equal, one_where(d, hn::Ge(a, b)))                                                  \
  X(equal, one_where(d, hn::Eq(a, b)))                                                          \
  X(below_largest, hn::IfThenZeroElse(hn::Eq(a, b), hn::Sub(a, b)))                             \
  X(pull, unless_zero(d, a, hn::Mul(a, b)))                                                     \
  X(logaddexp, logaddexp_of(d, a, b))                                                           \
  X(logaddexp_slope, logaddexp_slope_of(d, a, b))
// clang-format on

ENGRAM_TARGET_BEGIN

template <class D, class M>
ENGRAM_INLINE hn::Vec<D> one_where(D d, M mask) {
  return hn::IfThenElseZero(mask, hn::Set(d, hn::TFromD<D>{1}));
}

#define ENGRAM_KERNEL(name, expression)                                    \
  struct name##_function {                                                 \
    template <class D, class V>                                            \
    ENGRAM_INLINE V operator()([[maybe_unused]] D d, V a, V b) const {     \
      return expression;                                                   \
    }                                                                      \
  };                                                                       \
  template <class S>                                                       \
  void flat_##name(const S* a, const S* b, S* y, Index n) {                \
    map_rows(name##_function{}, y, n, Row<true, S>{a}, Row<true, S>{b});   \
  }                                                                        \
  template <class S>                                                       \
  void name(Strided<S> a, Strided<S> b, S* y, Index rows, Index columns) { \
    map(name##_function{}, y, rows, columns, a, b);                        \
  }
ENGRAM_KERNELS(ENGRAM_KERNEL)
#undef ENGRAM_KERNEL

struct add_scaled_function {
  template <class D, class V>
  ENGRAM_INLINE V operator()(D, V a, V factor, V b) const {
    return hn::Add(a, hn::Mul(factor, b));
  }
};
template <class S>
void add_scaled(const S* a, S factor, const S* b, S* y, Index n) {
  map_rows(add_scaled_function{}, y, n, Row<true, S>{a}, Row<false, S>{&factor}, Row<true, S>{b});
}

struct select_function {
  template <class D, class V>
  ENGRAM_INLINE V operator()(D d, V mask, V a, V b) const {
    return hn::IfThenElse(hn::Eq(mask, hn::Zero(d)), b, a);  // a NaN is not 0
  }
};
template <class S>
void select(Strided<S> mask, Strided<S> a, Strided<S> b, S* y, Index rows, Index columns) {
  map(select_function{}, y, rows, columns, mask, a, b);
}

ENGRAM_TARGET_END

#if HWY_ONCE
#include <engram/autodiff/ops.hpp>

#include "instantiate.hpp"
#include "kernels/export.hpp"
#include "recognise.hpp"
#include "strided.hpp"

#include <cmath>
#include <limits>

#define ENGRAM_EXPORT_BINARY(name, expression)                                              \
  ENGRAM_EXPORT(void, flat_##name, (const S* a, const S* b, S* y, Index n), (a, b, y, n))   \
  ENGRAM_EXPORT(void, name, (Strided<S> a, Strided<S> b, S * y, Index rows, Index columns), \
                (a, b, y, rows, columns))
ENGRAM_KERNELS(ENGRAM_EXPORT_BINARY)
ENGRAM_EXPORT(void, add_scaled, (const S* a, S factor, const S* b, S* y, Index n), (a, factor, b, y, n))
ENGRAM_EXPORT(void, select, (Strided<S> mask, Strided<S> a, Strided<S> b, S* y, Index rows, Index columns),
              (mask, a, b, y, rows, columns))

ENGRAM_AUTODIFF_BEGIN
namespace kernels {

// Powers are the standard library's.
template <class S>
void flat_power(const S* a, const S* b, S* y, Index n) {
  for (Index i = 0; i < n; ++i) y[i] = std::pow(a[i], b[i]);
}
template <class S>
void power(Strided<S> a, Strided<S> b, S* y, Index rows, Index columns) {
  for (Index r = 0; r < rows; ++r)
    for (Index c = 0; c < columns; ++c)
      *y++ = std::pow(a.data[r * a.row_stride + c * a.column_stride],
                      b.data[r * b.row_stride + c * b.column_stride]);
}

template <class S>
Binary<S>* binary(std::string_view name) {
#define ENGRAM_LOOK_UP(kernel, expression) \
  if (name == #kernel) return kernel<S>;
  ENGRAM_KERNELS(ENGRAM_LOOK_UP)
  ENGRAM_LOOK_UP(power, )
  return nullptr;
}
template Binary<float>* binary(std::string_view);
template Binary<double>* binary(std::string_view);

}  // namespace kernels

namespace {

// For entries, which are numbers or symbols.
using detail::either;
using std::isnan;

/// Both operands are broadcast, and a kernel does the work: `flat` where they have the same shape. `Derived`
/// names the op in errors.
template <class Derived, auto flat, auto broadcasting>
struct Binary {
  static constexpr bool elementwise = true;
  static constexpr bool broadcasts = true;
  static Shape shape(Shape a, Shape b) { return broadcast_shape(Derived::name, a, b); }
  template <class S>
  static void forward(View<S> y, ConstView<S> a, ConstView<S> b) {
    if (y.shape.size() == 1)  // a kernel takes longer
      *y.data = Derived::entry(*a.data, *b.data);
    else if (a.shape == b.shape)
      flat(a.data, b.data, y.data, y.shape.size());
    else
      broadcasting(strided(a), strided(b), y.data, y.shape.rows, y.shape.columns);
  }
};
#define ENGRAM_KERNEL(name) \
  [](auto... x) { kernels::flat_##name(x...); }, [](auto... x) { kernels::name(x...); }

struct Add : Binary<Add, ENGRAM_KERNEL(add)> {
  static constexpr auto name = "add";
  static constexpr double neutral = 0;
  static constexpr bool commutative = true;
  template <class S>
  static S entry(S a, S b) {
    return a + b;
  }
  static constexpr auto vjp = rules([](auto& g, auto&, auto& a, auto&) { return sum_to(g, a.shape()); },
                                    [](auto& g, auto&, auto&, auto& b) { return sum_to(g, b.shape()); });
};

struct Subtract : Binary<Subtract, ENGRAM_KERNEL(subtract)> {
  static constexpr auto name = "subtract";
  static constexpr double neutral = 0;
  template <class S>
  static S entry(S a, S b) {
    return a - b;
  }
  static constexpr auto vjp = rules([](auto& g, auto&, auto& a, auto&) { return sum_to(g, a.shape()); },
                                    [](auto& g, auto&, auto&, auto& b) { return -sum_to(g, b.shape()); });
};

struct Multiply : Binary<Multiply, ENGRAM_KERNEL(multiply)> {
  static constexpr auto name = "multiply";
  static constexpr double neutral = 1;
  static constexpr bool commutative = true;
  template <class S>
  static S entry(S a, S b) {
    return a * b;
  }
  static constexpr auto vjp =
      rules([](auto& g, auto&, auto& a, auto& b) { return sum_to(pull(g, b), a.shape()); },
            [](auto& g, auto&, auto& a, auto& b) { return sum_to(pull(g, a), b.shape()); });
};

/// It is linear in each operand, like a product. Its rules give what those of a product give, except for
/// slopes that meet a cotangent of 0.
struct Pull : Binary<Pull, ENGRAM_KERNEL(pull)> {
  static constexpr auto name = "pull";
  static constexpr double neutral = 1;
  static constexpr bool commutative = true;  // with 1, the only case that is asked for
  template <class S>
  static S entry(S a, S b) {
    return either(a == S(0), S(0), a * b);
  }
  static constexpr auto vjp =
      rules([](auto& u, auto&, auto& g, auto& slope) { return sum_to(pull(u, slope), g.shape()); },
            [](auto& u, auto&, auto& g, auto& slope) { return sum_to(pull(g, u), slope.shape()); });
};

struct Divide : Binary<Divide, ENGRAM_KERNEL(divide)> {
  static constexpr auto name = "divide";
  static constexpr double neutral = 1;
  template <class S>
  static S entry(S a, S b) {
    return a / b;
  }
  static constexpr auto vjp =
      rules([](auto& g, auto&, auto& a, auto& b) { return sum_to(pull(g, 1.0 / b), a.shape()); },
            [](auto& g, auto& y, auto&, auto& b) { return sum_to(-pull(g, y / b), b.shape()); });
};

/// a^(b-1). A rounding error of b - 1 would grow by the factor |ln a|. From b = 1/2 on, b - 1 is exact;
/// below, y / a serves, unless y has left the range of normal numbers.
template <class T>
T power_below(const T& y, const T& a, const T& b) {
  using Limits = std::numeric_limits<typename T::Scalar>;
  const auto size = abs(y);
  const auto normal = greater_equal(size, Limits::min()) * less_equal(size, Limits::max());
  const auto by_quotient = select(equal(a, 0.0), 0.0, normal * less(b, 0.5));
  const auto both_zero =
      equal(a, 0.0) * equal(b, 0.0);  // 1/0 is kept away from the 0 that it is multiplied with
  return select(by_quotient, y / a, pow(a, select(both_zero, 1.0, b) - 1.0));
}

// a^b: ā = ȳ b a^(b-1), b̄ = ȳ y log a, the latter 0 where a is not positive.
struct Power : Binary<Power, ENGRAM_KERNEL(power)> {
  static constexpr auto name = "pow";
  template <std::floating_point S>
  static S entry(S a, S b) {
    return std::pow(a, b);
  }
  static constexpr auto vjp = rules(
      [](auto& g, auto& y, auto& a, auto& b) { return sum_to(pull(g, b * power_below(y, a, b)), a.shape()); },
      [](auto& g, auto& y, auto& a, auto& b) {
        return sum_to(select(greater(a, 0.0), pull(g, y * log(a)), 0.0), b.shape());
      });
};

struct Maximum : Binary<Maximum, ENGRAM_KERNEL(maximum)> {
  static constexpr auto name = "maximum";
  template <class S>
  static S entry(S a, S b) {
    return either(a >= b || isnan(a), a, b);
  }
  static constexpr auto vjp = rules(
      [](auto& g, auto&, auto& a, auto& b) { return sum_to(select(greater_equal(a, b), g, 0.0), a.shape()); },
      [](auto& g, auto&, auto& a, auto& b) {
        return sum_to(select(greater_equal(a, b), 0.0, g), b.shape());
      });
};

struct Minimum : Binary<Minimum, ENGRAM_KERNEL(minimum)> {
  static constexpr auto name = "minimum";
  template <class S>
  static S entry(S a, S b) {
    return either(a <= b || isnan(a), a, b);
  }
  static constexpr auto vjp = rules(
      [](auto& g, auto&, auto& a, auto& b) { return sum_to(select(less_equal(a, b), g, 0.0), a.shape()); },
      [](auto& g, auto&, auto& a, auto& b) { return sum_to(select(less_equal(a, b), 0.0, g), b.shape()); });
};

struct Greater : Binary<Greater, ENGRAM_KERNEL(greater)> {
  static constexpr auto name = "greater";
  template <class S>
  static S entry(S a, S b) {
    return either(a > b, S(1), S(0));
  }
  static constexpr auto vjp = rules(no_gradient, no_gradient);
};

struct GreaterEqual : Binary<GreaterEqual, ENGRAM_KERNEL(greater_equal)> {
  static constexpr auto name = "greater_equal";
  template <class S>
  static S entry(S a, S b) {
    return either(a >= b, S(1), S(0));
  }
  static constexpr auto vjp = rules(no_gradient, no_gradient);
};

struct Equal : Binary<Equal, ENGRAM_KERNEL(equal)> {
  static constexpr auto name = "equal";
  template <class S>
  static S entry(S a, S b) {
    return either(a == b, S(1), S(0));
  }
  static constexpr auto vjp = rules(no_gradient, no_gradient);
};

/// x - m, where m is the largest entry of a row, a column or all. It is 0 where x = m, even if both are
/// infinite. Nothing flows to m, which cancels from all that is made of this.
struct BelowLargest : Binary<BelowLargest, ENGRAM_KERNEL(below_largest)> {
  static constexpr auto name = "below_largest";
  template <class S>
  static S entry(S a, S b) {
    return either(a == b, S(0), a - b);
  }
  static constexpr auto vjp = rules([](auto& g, auto&, auto&, auto&) { return g; }, no_gradient);
};

struct Select {
  static constexpr auto name = "select";
  static constexpr bool elementwise = true;
  static constexpr bool broadcasts = true;
  static Shape shape(Shape mask, Shape a, Shape b) {
    return broadcast_shape(name, mask, broadcast_shape(name, a, b));
  }
  template <class S>
  static void forward(View<S> y, ConstView<S> mask, ConstView<S> a, ConstView<S> b) {
    kernels::select(strided(mask), strided(a), strided(b), y.data, y.shape.rows, y.shape.columns);
  }
  template <class S>
  static S entry(S mask, S a, S b) {
    return either(mask == S(0), b, a);
  }
  static constexpr auto vjp = rules(
      no_gradient,  //
      [](auto& g, auto&, auto& mask, auto& a, auto&) { return sum_to(select(mask, g, 0.0), a.shape()); },
      [](auto& g, auto&, auto& mask, auto&, auto& b) { return sum_to(select(mask, 0.0, g), b.shape()); });
};

/// a + factor b.
struct AddScaled : CompiledOnly {
  static constexpr bool elementwise = true;
  static constexpr const char* name = "add_scaled";
  Product product;
  std::size_t factor;  // which of the product's operands that is
  AddScaled(Product p, std::size_t f) : product(p), factor(f) {}
  bool operator==(const AddScaled& o) const { return product == o.product && factor == o.factor; }
  static double flops(std::span<const Shape> y, std::span<const Shape>) {
    return 2.0 * static_cast<double>(y[0].size());
  }
  template <class S>
  void forward(std::span<const View<S>> y, std::span<const ConstView<S>> x) const {
    const S number = *x[1].data, *a = x[0].data, *b = x[2].data;
    const Index n = y[0].shape.size();
    if (product == Product::pull && factor == 0 && number == 0)
      std::copy_n(a, n, y[0].data);
    else if (product == Product::pull && factor == 1 && !std::isfinite(number))
      for (Index i = 0; i < n; ++i) y[0].data[i] = b[i] == 0 ? a[i] : a[i] + number * b[i];
    else
      kernels::add_scaled(a, number, b, y[0].data, n);
  }
};

}  // namespace

#define ENGRAM_DEFINE(function, Op)    \
  template <Differentiable T>          \
  T function(const T& a, const T& b) { \
    return apply(Op{}, a, b);          \
  }
// clang-format off
#define ENGRAM_FUNCTIONS(X)                                                                               \
  X(operator+, Add) X(operator-, Subtract) X(operator*, Multiply) X(operator/, Divide) X(pow, Power)      \
  X(pull, Pull) X(maximum, Maximum) X(minimum, Minimum) X(greater, Greater) X(greater_equal, GreaterEqual)              \
  X(equal, Equal) X(below_largest, BelowLargest)
// clang-format on
ENGRAM_FUNCTIONS(ENGRAM_DEFINE)

template <Differentiable T>
T select(const T& mask, const T& a, const T& b) {
  return apply(Select{}, mask, a, b);
}

#define ENGRAM_INSTANTIATE_FUNCTION(function, Op)                                       \
  template Variable<float> function(const Variable<float>&, const Variable<float>&);    \
  template Variable<double> function(const Variable<double>&, const Variable<double>&); \
  template Value<float> function(const Value<float>&, const Value<float>&);             \
  template Value<double> function(const Value<double>&, const Value<double>&);          \
  template Number<float> function(const Number<float>&, const Number<float>&);          \
  template Number<double> function(const Number<double>&, const Number<double>&);
ENGRAM_FUNCTIONS(ENGRAM_INSTANTIATE_FUNCTION)

#define ENGRAM_INSTANTIATE(T) template T select(const T&, const T&, const T&);
ENGRAM_FOR_ALL(ENGRAM_INSTANTIATE)
ENGRAM_FOR_NUMBERS(ENGRAM_INSTANTIATE)

template <class S>
bool is_sum(const Operation<S>& operation) {
  return op_of<Add>(operation) != nullptr;
}
template bool is_sum(const Operation<float>&);
template bool is_sum(const Operation<double>&);

template <class S>
std::optional<Product> entrywise_product(const Operation<S>& operation) {
  if (op_of<Multiply>(operation)) return Product::multiply;
  if (op_of<Pull>(operation)) return Product::pull;
  return std::nullopt;
}
template std::optional<Product> entrywise_product(const Operation<float>&);
template std::optional<Product> entrywise_product(const Operation<double>&);

template <class S>
OperationPtr<S> add_scaled(Product product, std::size_t factor) {
  return make_operation<S>(AddScaled{product, factor});
}
template OperationPtr<float> add_scaled(Product, std::size_t);
template OperationPtr<double> add_scaled(Product, std::size_t);

ENGRAM_AUTODIFF_END
#endif
