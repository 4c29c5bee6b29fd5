// The library through and through: derivatives, a loop, a compiled function. All numbers are exact.
#include <engram/autodiff/autodiff.hpp>

#include <iostream>

namespace ad = engram::autodiff;
using V = ad::Variable<double>;

int failures = 0;

void expect(const char* what, double value, double expected) {
  std::cout << what << ' ' << value << '\n';
  if (value != expected) std::cerr << what << " is " << value << ", not " << expected << '\n', ++failures;
}

int main() {
  ad::Tape<double> tape;
  const V x = tape.variable(3.0);
  const V y = x * x * x;
  const V dx = ad::gradient(y, x);
  expect("y", y.item(), 27);
  expect("dy/dx", dx.item(), 27);
  expect("d2y/dx2", ad::gradient(dx, x).item(), 18);

  const auto scale = [](auto carry, auto, auto k) {
    return ad::StepResult<V>{{carry[0] * k[0]}, {carry[0]}};
  };
  const V k = tape.variable(2.0);
  const auto loop = ad::scan<double>(scale, {tape.variable(1.0)}, {}, {k}, 4);
  const V dk = ad::gradient(loop.carry[0], k);
  expect("last carry", loop.carry[0].item(), 16);
  expect("sum of the steps", sum(loop.results[0]).item(), 15);
  expect("derivative through the loop", dk.item(), 32);
  expect("second derivative through the loop", ad::gradient(dk, k).item(), 48);

  const auto cube =
      ad::compile<double>([](const auto& in) { return std::vector{in[0] * in[0] * in[0]}; }, {{1, 1}});
  expect("compiled y", cube({3.0})[0].item(), 27);

  try {
    matmul(tape.variable(ad::Array<double>::Ones(2, 3)), tape.variable(ad::Array<double>::Ones(2, 3)));
    std::cerr << "a product of wrong shapes went through\n", ++failures;
  } catch (const std::invalid_argument& error) {
    std::cout << error.what() << '\n';
  }
  return failures == 0 ? 0 : 1;
}
