#include <engram/autodiff/kernels.hpp>
#include <engram/autodiff/ops.hpp>

#include "instantiate.hpp"
#include "recognise.hpp"
#include "strided.hpp"

ENGRAM_AUTODIFF_BEGIN
namespace {

/// Both operands are broadcast, and a kernel does the work. `Derived` names the op in errors.
template <class Derived, auto kernel>
struct Binary {
  static constexpr bool elementwise = true;
  static Shape shape(Shape a, Shape b) { return broadcast_shape(Derived::name, a, b); }
  template <class S>
  static void forward(View<S> y, ConstView<S> a, ConstView<S> b) {
    if (a.shape == b.shape)
      kernel(a.data, b.data, y.data, y.shape.size());
    else
      kernel(strided(a), strided(b), y.data, y.shape.rows, y.shape.columns);
  }
};
#define ENGRAM_KERNEL(name) [](auto... x) { kernels::name(x...); }

struct Add : Binary<Add, ENGRAM_KERNEL(add)> {
  static constexpr auto name = "add";
  static constexpr double neutral = 0;
  static constexpr auto vjp = rules([](auto& g, auto&, auto& a, auto&) { return sum_to(g, a.shape()); },
                                    [](auto& g, auto&, auto&, auto& b) { return sum_to(g, b.shape()); });
};

struct Subtract : Binary<Subtract, ENGRAM_KERNEL(subtract)> {
  static constexpr auto name = "subtract";
  static constexpr auto vjp = rules([](auto& g, auto&, auto& a, auto&) { return sum_to(g, a.shape()); },
                                    [](auto& g, auto&, auto&, auto& b) { return -sum_to(g, b.shape()); });
};

struct Multiply : Binary<Multiply, ENGRAM_KERNEL(multiply)> {
  static constexpr auto name = "multiply";
  static constexpr double neutral = 1;
  static constexpr auto vjp =
      rules([](auto& g, auto&, auto& a, auto& b) { return sum_to(g * b, a.shape()); },
            [](auto& g, auto&, auto& a, auto& b) { return sum_to(g * a, b.shape()); });
};

struct Divide : Binary<Divide, ENGRAM_KERNEL(divide)> {
  static constexpr auto name = "divide";
  static constexpr auto vjp =
      rules([](auto& g, auto&, auto& a, auto& b) { return sum_to(g / b, a.shape()); },
            [](auto& g, auto& y, auto&, auto& b) { return sum_to(-(g * (y / b)), b.shape()); });
};

// a^b: ā = ȳ b a^(b-1), b̄ = ȳ y log a, the latter 0 where a is not positive (log is kept away from there, so
// that no infinity meets a zero). ā of 0^0 is 0: 1/0 is kept away in the same way.
struct Power : Binary<Power, ENGRAM_KERNEL(power)> {
  static constexpr auto name = "pow";
  static constexpr auto vjp = rules(
      [](auto& g, auto&, auto& a, auto& b) {
        const auto both_zero = equal(a, 0.0) * equal(b, 0.0);
        return sum_to(g * (b * pow(a, select(both_zero, 1.0, b) - 1.0)), a.shape());
      },
      [](auto& g, auto& y, auto& a, auto& b) {
        const auto positive = greater(a, 0.0);
        return sum_to(select(positive, g * y * log(select(positive, a, 1.0)), 0.0), b.shape());
      });
};

struct Maximum : Binary<Maximum, ENGRAM_KERNEL(maximum)> {
  static constexpr auto name = "maximum";
  static constexpr auto vjp = rules(
      [](auto& g, auto&, auto& a, auto& b) { return sum_to(select(greater_equal(a, b), g, 0.0), a.shape()); },
      [](auto& g, auto&, auto& a, auto& b) {
        return sum_to(select(greater_equal(a, b), 0.0, g), b.shape());
      });
};

struct Minimum : Binary<Minimum, ENGRAM_KERNEL(minimum)> {
  static constexpr auto name = "minimum";
  static constexpr auto vjp = rules(
      [](auto& g, auto&, auto& a, auto& b) { return sum_to(select(less_equal(a, b), g, 0.0), a.shape()); },
      [](auto& g, auto&, auto& a, auto& b) { return sum_to(select(less_equal(a, b), 0.0, g), b.shape()); });
};

struct Greater : Binary<Greater, ENGRAM_KERNEL(greater)> {
  static constexpr auto name = "greater";
  static constexpr auto vjp = rules(no_gradient, no_gradient);
};

struct GreaterEqual : Binary<GreaterEqual, ENGRAM_KERNEL(greater_equal)> {
  static constexpr auto name = "greater_equal";
  static constexpr auto vjp = rules(no_gradient, no_gradient);
};

struct Equal : Binary<Equal, ENGRAM_KERNEL(equal)> {
  static constexpr auto name = "equal";
  static constexpr auto vjp = rules(no_gradient, no_gradient);
};

struct Select {
  static constexpr auto name = "select";
  static constexpr bool elementwise = true;
  static Shape shape(Shape mask, Shape a, Shape b) {
    return broadcast_shape(name, mask, broadcast_shape(name, a, b));
  }
  template <class S>
  static void forward(View<S> y, ConstView<S> mask, ConstView<S> a, ConstView<S> b) {
    kernels::select(strided(mask), strided(a), strided(b), y.data, y.shape.rows, y.shape.columns);
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
  bool operator==(const AddScaled&) const { return true; }
  static double flops(std::span<const Shape> y, std::span<const Shape>) {
    return 2.0 * static_cast<double>(y[0].size());
  }
  template <class S>
  static void forward(std::span<const View<S>> y, std::span<const ConstView<S>> x) {
    kernels::add_scaled(x[0].data, *x[1].data, x[2].data, y[0].data, y[0].shape.size());
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
  X(maximum, Maximum) X(minimum, Minimum) X(greater, Greater) X(greater_equal, GreaterEqual)              \
  X(equal, Equal)
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
  template Value<double> function(const Value<double>&, const Value<double>&);
ENGRAM_FUNCTIONS(ENGRAM_INSTANTIATE_FUNCTION)

#define ENGRAM_INSTANTIATE(T) template T select(const T&, const T&, const T&);
ENGRAM_FOR_ALL(ENGRAM_INSTANTIATE)

template <class S>
bool is_sum(const Operation<S>& operation) {
  return op_of<Add>(operation) != nullptr;
}
template bool is_sum(const Operation<float>&);
template bool is_sum(const Operation<double>&);

template <class S>
bool is_entrywise_product(const Operation<S>& operation) {
  return op_of<Multiply>(operation) != nullptr;
}
template bool is_entrywise_product(const Operation<float>&);
template bool is_entrywise_product(const Operation<double>&);

template <class S>
OperationPtr<S> add_scaled() {
  return make_operation<S>(AddScaled{});
}
template OperationPtr<float> add_scaled();
template OperationPtr<double> add_scaled();

ENGRAM_AUTODIFF_END
