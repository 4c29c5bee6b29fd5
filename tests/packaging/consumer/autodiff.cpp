#include <engram/autodiff/autodiff.hpp>

#include <iostream>

namespace ad = engram::autodiff;

int main() {
  ad::Tape<double> tape;
  const auto x = tape.variable(3.0);
  const auto y = x * x * x;
  const auto dx = ad::gradient(y, x);
  const auto dxx = ad::gradient(dx, x);

  const auto cube = ad::compile<double>([](const auto& in) { return std::vector{in[0] * in[0] * in[0]}; }, {{1, 1}});
  std::cout << y.item() << ' ' << dx.item() << ' ' << dxx.item() << ' ' << cube({3.0})[0].item() << '\n';
  return y.item() == 27 && dx.item() == 27 && dxx.item() == 18 && cube({3.0})[0].item() == 27 ? 0 : 1;
}
