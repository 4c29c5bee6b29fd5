/// Ops as a user of the library writes them.
#pragma once

#include <engram/autodiff/autodiff.hpp>

#include <stdexcept>

namespace engram::test {

namespace ad = engram::autodiff;

/// x to the power 3, without a rule yet.
struct CubeForward {
  static constexpr auto name = "cube";
  static ad::Shape shape(ad::Shape x) { return x; }
  template <class S>
  static void forward(ad::View<S> y, ad::ConstView<S> x) {
    y.map() = x.map().cube();
  }
};
struct Cube : CubeForward {
  static constexpr auto vjp = ad::rules([](auto& g, auto&, auto& x) { return g * (3.0 * ad::square(x)); });
};
/// By another rule, which may be wrong.
template <auto rule>
struct CubeBy : CubeForward {
  static constexpr auto vjp = ad::rules(rule);
};

/// factor * a + b, for a and b of one shape: an op with an attribute, and one that may work in place.
struct ScaleAndAdd {
  static constexpr auto name = "scale_and_add";
  static constexpr bool elementwise = true;
  double factor;
  bool operator==(const ScaleAndAdd&) const = default;

  static ad::Shape shape(ad::Shape a, ad::Shape b) {
    if (a != b) ad::fail(name, "{} and {} differ", to_string(a), to_string(b));
    return a;
  }
  template <class S>
  void forward(ad::View<S> y, ad::ConstView<S> a, ad::ConstView<S> b) const {
    y.map() = static_cast<S>(factor) * a.map() + b.map();
  }
  static constexpr auto vjp = ad::rules([](auto& op, auto& g, auto&, auto&, auto&) { return op.factor * g; },
                                        [](auto&, auto& g, auto&, auto&, auto&) { return g; });
};

/// Two results: cosines and sines.
struct CosSin : ad::Variadic {
  static constexpr auto name = "cos_sin";
  template <class S>
  void forward(std::span<const ad::View<S>> y, std::span<const ad::ConstView<S>> x) const {
    y[0].map() = x[0].map().cos();
    y[1].map() = x[0].map().sin();
  }
  template <class T>
  void pull_back(ad::Pullback<T>& p) const {
    if (p.y_bar[0]) p.x_bar[0] = -(*p.y_bar[0] * p.y[1]);
    if (p.y_bar[1]) {
      const T from_sine = *p.y_bar[1] * p.y[0];
      p.x_bar[0] = p.x_bar[0] ? *p.x_bar[0] + from_sine : from_sine;
    }
  }
};

/// Its forward pass gives up.
struct Thrower {
  static constexpr auto name = "thrower";
  static ad::Shape shape(ad::Shape x) { return x; }
  template <class S>
  static void forward(ad::View<S>, ad::ConstView<S>) {
    throw std::runtime_error("no more");
  }
  static constexpr auto vjp = ad::rules(ad::no_gradient);
};

template <ad::Differentiable T>
T reversed(const T& x);
/// The numbers in opposite order: not fit to work in place, whatever it says.
struct Reversed {
  static constexpr auto name = "reversed";
  static constexpr bool elementwise = true;
  static ad::Shape shape(ad::Shape x) { return x; }
  template <class S>
  static void forward(ad::View<S> y, ad::ConstView<S> x) {
    for (ad::Index i = 0, n = x.shape.size(); i < n; ++i) y.data[i] = x.data[n - 1 - i];
  }
  static constexpr auto vjp = ad::rules([](auto& g, auto&, auto&) { return reversed(g); });
};

template <ad::Differentiable T>
T reversed(const T& x) {
  return ad::apply(Reversed{}, x);
}
template <ad::Differentiable T>
T cube(const T& x) {
  return ad::apply(Cube{}, x);
}
template <ad::Differentiable T>
T scale_and_add(double factor, const T& a, const T& b) {
  return ad::apply(ScaleAndAdd{factor}, a, b);
}
template <ad::Differentiable T>
std::vector<T> cos_sin(const T& x) {
  const std::vector<ad::Shape> shapes(2, x.shape());
  return ad::apply_all<typename T::Scalar>(ad::make_operation<typename T::Scalar>(CosSin{}), std::span(&x, 1),
                                           shapes);
}

}  // namespace engram::test
