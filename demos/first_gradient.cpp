/// The dozen lines of README: a derivative, a derivative of it, and one through a learning loop.
#include <engram/autodiff/autodiff.hpp>

#include <fmt/core.h>

namespace ad = engram::autodiff;
using V = ad::Variable<double>;

int main() {
  ad::Tape<double> tape;
  V x = tape.variable(0.5);
  V y = exp(x) * sin(x);
  V dy = ad::gradient(y, x);    // recorded like everything else ...
  V ddy = ad::gradient(dy, x);  // ... so it can be differentiated again
  fmt::print("y {:.6f}  dy/dx {:.6f}  d2y/dx2 {:.6f}\n", y.item(), dy.item(), ddy.item());

  // 1000 steps of gradient descent on (w - 3)^2, as one op; then the derivative of the loss with respect to
  // the step size.
  V rate = tape.variable(0.001), w0 = tape.variable(0.0);
  auto descend = [](auto w, auto, auto k) {
    V loss_now = square(w[0] - 3.0);
    return ad::StepResult<V>{{w[0] - k[0] * ad::gradient(loss_now, w[0])}, {}};
  };
  auto run = ad::scan<double>(descend, {w0}, {}, {rate}, 1000);
  V loss = square(run.carry[0] - 3.0);
  fmt::print("loss {:.6f}  dloss/drate {:.6f}\n", loss.item(), ad::gradient(loss, rate).item());
}
