/// The sum of the squared distances of n points from the nearest of k centroids, and the step of Newton's
/// method for it: the gradient by the diagonal of the Hessian.
///
/// The points pass in blocks. The nearest centroid is chosen first, and the distance from it differentiated.
#include "program.hpp"

namespace engram::gradbench::kmeans {

/// For a block of points x (points x d) and centroids c (k x d).
Variable cost_of_block(const Variable& x, const Variable& c) {
  const Variable by_dimension = transpose(c);
  Variable distances = square(column(x, 0) - row(by_dimension, 0));
  for (Index i = 1; i < x.columns(); ++i) distances = distances + square(column(x, i) - row(by_dimension, i));
  return sum(square(x - take_rows(c, argmax(-distances, 1))));
}

struct Cost {
  Numbers points;
  Index n, d;

  explicit Cost(const Json& input) : points(flat(input["points"])) {
    n = static_cast<Index>(input["points"].size());
    d = static_cast<Index>(points.size()) / n;
  }

  Variable operator()(const Variables& in) const {
    const Variable& c = in[0];
    auto& tape = c.tape();
    const Index block = std::min<Index>(n, 50), blocks = n / block;
    const Variable all = constant(tape, points, {n, d});
    const auto step = [](auto carry, auto x, auto k) {
      return ad::StepResult<Variable>{{carry[0] + cost_of_block(x[0], k[0])}, {}};
    };
    Variable cost =
        ad::scan<double>(step, {tape.constant(0.0)}, {slice_rows(all, 0, blocks * block)}, {c}, blocks)
            .carry[0];
    if (n % block) cost = cost + cost_of_block(slice_rows(all, blocks * block, n % block), c);
    return cost;
  }
};

template <class F, class Output>
Prepared prepared(const Json& input, F function, Output output) {
  Numbers c = flat(input["centroids"]);
  const auto k = static_cast<Index>(input["centroids"].size());
  const ad::Shape shape{k, static_cast<Index>(c.size()) / k};
  return replayed(function, {shape}, {std::move(c)}, output);
}

Prepared cost(const Json& input) { return prepared(input, Cost(input), number); }

Prepared dir(const Json& input) {
  const auto step = [f = Cost(input)](const Variables& in) {
    const Variables g = ad::gradient_of(f)(in);
    // The Hessian is diagonal: its product with ones has all there is of it.
    return g[0] / ad::hvp_of(f)(in, {zeros_like(in[0]) + 1.0})[0];
  };
  return prepared(input, step,
                  [k = input["centroids"].size()](const Replay& run) { return in_rows(run.result(), k); });
}

const Eval eval{"kmeans", {{"cost", cost}, {"dir", dir}}};

}  // namespace engram::gradbench::kmeans
