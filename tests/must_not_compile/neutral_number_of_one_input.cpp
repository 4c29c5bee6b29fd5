// error: only an op of two inputs has a neutral number
#include <engram/autodiff/autodiff.hpp>

namespace ad = engram::autodiff;

struct Square {
  static constexpr auto name = "square";
  static constexpr double neutral = 1;
  static ad::Shape shape(ad::Shape x) { return x; }
  template <class S>
  static void forward(ad::View<S> y, ad::ConstView<S> x) {
    y.map() = x.map().square();
  }
  static constexpr auto vjp = ad::rules([](auto& g, auto&, auto& x) { return g * (2.0 * x); });
};

ad::Variable<double> f(const ad::Variable<double>& x) { return ad::apply(Square{}, x); }
