// error: vjp.* is not a member|no member named 'vjp'
#include <engram/autodiff/autodiff.hpp>

namespace ad = engram::autodiff;

struct Product {
  static constexpr auto name = "product";
  static ad::Shape shape(ad::Shape a, ad::Shape) { return a; }
  template <class S>
  static void forward(ad::View<S> y, ad::ConstView<S> a, ad::ConstView<S> b) {
    y.map() = a.map() * b.map();
  }
};

ad::Variable<double> f(const ad::Variable<double>& x) { return ad::apply(Product{}, x, x); }
