#include "problem.hpp"

#include <engram/plasticity/random.hpp>

namespace engram::bench {

using namespace autodiff;
using V = Variable<double>;

namespace {

V loss_of(std::span<const V> w, const V& x, const V& y) {
  return mean(square(matmul(tanh(matmul(x, w[0]) + w[1]), w[2]) + w[3] - y));
}

}  // namespace

std::vector<Array<double>> Training::numbers() const {
  plasticity::Random random(1);
  const auto number = [](double x) -> Array<double> { return Array<double>::Constant(1, 1, x); };
  std::vector<Array<double>> all{number(-2), number(0.9), number(0.999)};
  for (const auto& [rows, columns, scale] :
       {std::tuple{Index{1}, hidden, 2.0}, std::tuple{Index{1}, hidden, 1.0},
        std::tuple{hidden, Index{1}, 0.2}, std::tuple{Index{1}, Index{1}, 0.1}})
    all.push_back(plasticity::normal(random, rows, columns, scale));
  for (int set = 0; set < 2; ++set) {
    const Array<double> x = plasticity::normal(random, points, 1, 1);
    all.push_back(x);
    all.push_back((3 * x).sin());
  }
  return all;
}

Function<double> Training::hypergradient() const {
  std::vector<Shape> shapes;
  for (const auto& a : numbers()) shapes.push_back({a.rows(), a.cols()});
  return compile<double>(
      [&](const std::vector<V>& in) {
        const std::vector<V> settings(in.begin(), in.begin() + 3), weights(in.begin() + 3, in.begin() + 7);
        const auto start = plasticity::adam_start(weights);
        const auto step = [&](std::span<const V> carry, std::span<const V>, std::span<const V> c) {
          const std::vector<V> w(carry.begin(), carry.begin() + 4);
          auto state = unflatten(start, carry.subspan(4));
          const V epsilon = c[0].tape().constant(1e-8);
          auto next = plasticity::adam_step<V>({c[0], c[1], c[2], epsilon}, state, w,
                                               gradient(loss_of(w, c[3], c[4]), w));
          for (const V& v : flatten(state)) next.push_back(v);
          return StepResult<V>{next, {}};
        };
        std::vector<V> carry = weights;
        for (const V& v : flatten(start)) carry.push_back(v);
        const V rate = exp(settings[0] * std::log(10.0));
        const auto end = scan<double>(step, carry, {}, {rate, settings[1], settings[2], in[7], in[8]}, steps);
        std::vector<V> results{loss_of(end.carry, in[9], in[10])};
        for (const V& g : gradient(results[0], settings)) results.push_back(g);
        return results;
      },
      shapes);
}

}  // namespace engram::bench
