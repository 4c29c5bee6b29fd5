#include <engram/autodiff/elementwise.hpp>
#include <engram/autodiff/ops.hpp>

#include "ops/instantiate.hpp"
#include "require_order.hpp"

#include <fmt/ranges.h>

#include <numeric>

ENGRAM_AUTODIFF_BEGIN
namespace {

/// One partial derivative of a scalar function, over broadcast arrays.
template <class S>
struct Elementwise : Variadic {
  static constexpr bool elementwise = true;
  static constexpr bool broadcasts = true;
  std::shared_ptr<const detail::ScalarFunction> function;
  detail::ComputeDerivative<S>* compute;
  std::ptrdiff_t arity;
  detail::Orders orders{};
  const char* name = function->name.c_str();

  bool operator==(const Elementwise& o) const { return function == o.function && orders == o.orders; }

  std::string note() const {
    return order() == 0
               ? std::string()
               : fmt::format("derivative {}", fmt::join(orders.begin(), orders.begin() + arity, ","));
  }

  void forward(std::span<const View<S>> y, std::span<const ConstView<S>> x) const {
    compute(*function, orders, y[0], x);
  }

  template <class T>
  void pull_back(Pullback<T>& p) const {
    require_order(name, order() + 1);
    for (std::size_t i = 0; i < p.x.size(); ++i) {
      if (!p.wanted[i]) continue;
      Elementwise slope = *this;
      ++slope.orders[i];
      p.x_bar[i] = sum_to(pull(*p.y_bar[0], slope.apply(p.x)), p.x[i].shape());
    }
  }

  template <class T>
  T apply(std::span<const T> x) const {
    Shape shape = x[0].shape();
    for (const T& v : x) shape = broadcast_shape(name, shape, v.shape());
    return apply_all<S>(make_operation<S>(*this), x, std::span<const Shape>(&shape, 1))[0];
  }

 private:
  int order() const { return std::accumulate(orders.begin(), orders.end(), 0); }
};

}  // namespace

template <class T>
T detail::apply_elementwise(const std::shared_ptr<const ScalarFunction>& function,
                            ComputeDerivative<typename T::Scalar>* compute, std::span<const T> x) {
  return Elementwise<typename T::Scalar>{{}, function, compute, std::ssize(x)}.apply(x);
}

#define ENGRAM_INSTANTIATE(T)                                                        \
  template T detail::apply_elementwise(const std::shared_ptr<const ScalarFunction>&, \
                                       ComputeDerivative<typename T::Scalar>*, std::span<const T>);
ENGRAM_FOR_ALL(ENGRAM_INSTANTIATE)

ENGRAM_AUTODIFF_END
