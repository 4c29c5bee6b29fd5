// error: an op needs one vjp rule per input
#include <engram/autodiff/autodiff.hpp>

namespace ad = engram::autodiff;

struct Product {
  static constexpr auto name = "product";
  static ad::Shape shape(ad::Shape a, ad::Shape) { return a; }
  template <class S>
  static void forward(ad::View<S> y, ad::ConstView<S> a, ad::ConstView<S> b) {
    y.map() = a.map() * b.map();
  }
  static constexpr auto vjp = ad::rules([](auto& g, auto&, auto&, auto& b) { return g * b; });
};

ad::Variable<double> f(const ad::Variable<double>& x) { return ad::apply(Product{}, x, x); }
