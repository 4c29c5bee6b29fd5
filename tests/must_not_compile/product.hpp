/// An op without rules yet.
#pragma once

#include <engram/autodiff/autodiff.hpp>

namespace ad = engram::autodiff;

struct ProductForward {
  static constexpr auto name = "product";
  static ad::Shape shape(ad::Shape a, ad::Shape) { return a; }
  template <class S>
  static void forward(ad::View<S> y, ad::ConstView<S> a, ad::ConstView<S> b) {
    y.map() = a.map() * b.map();
  }
};
