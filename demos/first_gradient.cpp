/// README's program: how what has been learned depends on the learning rate.
#include <engram/autodiff/autodiff.hpp>

#include <fmt/core.h>

namespace ad = engram::autodiff;
using V = ad::Variable<double>;

int main() {
  ad::Tape<double> tape;
  V rate = tape.variable(0.001), start = tape.variable(0.0);
  auto step = [](auto w, auto, auto k) {  // gradient descent on (w - 3)^2: differentiated in every step ...
    return ad::StepResult<V>{{w[0] - k[0] * ad::gradient(square(w[0] - 3.0), w[0])}, {}};
  };
  V loss = square(ad::scan<double>(step, {start}, {}, {rate}, 1000).carry[0] - 3.0);
  V slope = ad::gradient(loss, rate);  // ... and through all 1000 of them, which are one operation
  V curvature = ad::gradient(slope, rate);
  fmt::print("loss {:.6f}  derivatives {:.4f} {:.0f}\n", loss.item(), slope.item(), curvature.item());
}
