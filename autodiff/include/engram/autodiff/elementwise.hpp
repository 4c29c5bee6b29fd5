/// A function of one to eight scalars, lifted to an elementwise op with NumPy broadcasting.
///
///     const auto softsign = ad::elementwise("softsign", [](auto x) { return x / (1.0 + abs(x)); });
///     V y = softsign(x);
///
/// The function is written once, as a generic lambda of scalars; it gets dual numbers (dual.hpp), which take
/// its derivatives with respect to each argument up to the fourth order. Asking for more is an error that
/// says so. At kinks and branches it has the derivatives that dual numbers have there. The function must not
/// keep state: it runs when and as often as the library likes, on any thread.
#pragma once

#include <engram/autodiff/dual.hpp>
#include <engram/autodiff/tape.hpp>

#include <array>
#include <concepts>
#include <memory>
#include <span>
#include <string>

ENGRAM_AUTODIFF_BEGIN
namespace detail {

/// The order is fixed: else each derivative would ask the compiler for one more.
inline constexpr int highest_order = 4;
/// A partial derivative: how often with respect to each argument, of which there may be so many.
using Orders = std::array<int, 8>;

/// A scalar function, whatever its type.
struct ScalarFunction {
  std::string name;
};
template <class F>
struct ScalarFunctionOf : ScalarFunction {
  F f;
};

/// Computes a partial derivative over broadcast arrays.
template <class S>
using ComputeDerivative = void(const ScalarFunction&, const Orders&, View<S> y,
                               std::span<const ConstView<S>> x);

/// Applies the op, which is not a template of the function: it and its rules are compiled once.
template <class T>
T apply_elementwise(const std::shared_ptr<const ScalarFunction>& function,
                    ComputeDerivative<typename T::Scalar>* compute, std::span<const T> x);

/// Argument `input` of the function: each order of the dual numbers moves one argument.
template <int n, class S>
Dual<S, n> seeded(S number, std::size_t input, const std::array<std::size_t, highest_order>& moved) {
  if constexpr (n == 0)
    return number;
  else
    return {seeded<n - 1>(number, input, moved), moved[n - 1] == input ? 1.0 : 0.0};
}

template <class S, int n>
S highest_derivative(const Dual<S, n>& x) {
  if constexpr (n == 0)
    return x.value;
  else
    return highest_derivative(x.tangent);
}

template <class S, int n, class F, std::size_t... I>
void compute_elements(const F& f, const std::array<std::size_t, highest_order>& moved, View<S> y,
                      std::span<const ConstView<S>> x, std::index_sequence<I...>) {
  for (Index r = 0; r < y.shape.rows; ++r)
    for (Index c = 0; c < y.shape.columns; ++c) {
      const auto at = [r, c](const ConstView<S>& v) {
        return v.data[(v.shape.rows == 1 ? 0 : r * v.shape.columns) + (v.shape.columns == 1 ? 0 : c)];
      };
      const Dual<S, n> result = f(seeded<n>(at(x[I]), I, moved)...);
      y.data[r * y.shape.columns + c] = highest_derivative(result);
    }
}

template <class S, class F, std::size_t arity>
void compute_derivative(const ScalarFunction& function, const Orders& orders, View<S> y,
                        std::span<const ConstView<S>> x) {
  std::array<std::size_t, highest_order> moved{};
  int order = 0;
  for (std::size_t i = 0; i < arity; ++i)
    for (int k = 0; k < orders[i]; ++k) moved[static_cast<std::size_t>(order++)] = i;
  const F& f = static_cast<const ScalarFunctionOf<F>&>(function).f;
  const auto compute = [&]<int n>(std::integral_constant<int, n>) {
    if (n == order) compute_elements<S, n>(f, moved, y, x, std::make_index_sequence<arity>{});
  };
  [&]<int... n>(std::integer_sequence<int, n...>) { (compute(std::integral_constant<int, n>{}), ...); }
  (std::make_integer_sequence<int, highest_order + 1>{});
}

template <class S, class F, std::size_t... i>
constexpr bool takes_duals(std::index_sequence<i...>) {
  return std::is_invocable_v<const F&, Dual<S, static_cast<int>(i * 0)>...>;
}
/// Whether it calls a function in the namespace std that is none of dual numbers.
template <class S, class F, std::size_t... i>
constexpr bool calls_std(std::index_sequence<i...>) {
  return std::is_same_v<std::invoke_result_t<const F&, Dual<S, static_cast<int>(i * 0)>...>, NotInStd>;
}

}  // namespace detail

/// What `elementwise` makes: call it with as many variables or values as the scalar function has arguments.
template <class F>
class ElementwiseFunction {
 public:
  ElementwiseFunction(std::string name, F f)
      : function_(new detail::ScalarFunctionOf<F>{{std::move(name)}, std::move(f)}) {}

  template <Differentiable T, std::same_as<T>... Rest>
  T operator()(const T& x, const Rest&... rest) const {
    using S = typename T::Scalar;
    constexpr std::size_t arity = 1 + sizeof...(Rest);
    static_assert(arity <= detail::Orders().size(), "a function of up to eight scalars can be lifted");
    constexpr bool fits = detail::takes_duals<S, F>(std::make_index_sequence<arity>());
    static_assert(fits,
                  "the function that is lifted gets dual numbers, as many as it is called with: write "
                  "[](auto x) in place of [](double x)");
    if constexpr (fits) {
      constexpr bool knows_duals = !detail::calls_std<S, F>(std::make_index_sequence<arity>());
      static_assert(knows_duals,
                    "functions of dual numbers are called unqualified: write exp(x), not std::exp(x)");
      if constexpr (knows_duals) {
        const std::array all{x, rest...};
        return detail::apply_elementwise<T>(function_, detail::compute_derivative<S, F, arity>, all);
      }
    }
    return x;
  }

 private:
  std::shared_ptr<const detail::ScalarFunction> function_;
};

/// Lifts f. The name is for errors and printed graphs.
template <class F>
ElementwiseFunction<F> elementwise(std::string name, F f) {
  return {std::move(name), std::move(f)};
}

ENGRAM_AUTODIFF_END
