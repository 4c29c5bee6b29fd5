/// The logarithm of the posterior density of a mixture of k Gaussians in d dimensions, of n points, with a
/// Wishart prior on the precisions. A component is a matrix of a stack.
#include "program.hpp"

#include <cmath>

namespace engram::gradbench::gmm {

struct LogPosterior {
  Index d, k, n, m;  ///< m: additional degrees of freedom of the prior
  double gamma;
  Numbers x;  ///< n x d, row by row
  std::vector<Index>
      places;  ///< for each entry of a factor, row by row: where it lies in (below diagonal, diagonal, 0)
  double constant_terms;

  explicit LogPosterior(const Json& input)
      : d(input["d"]),
        k(input["k"]),
        n(input["n"]),
        m(input["m"]),
        gamma(input["gamma"]),
        x(flat(input["x"])) {
    const Index below = d * (d - 1) / 2;
    for (Index i = 0; i < d; ++i)
      for (Index j = 0; j < d; ++j)
        places.push_back(i > j ? j * d - j * (j + 1) / 2 + i - j - 1 : i == j ? below + i : below + d);
    const double freedom = static_cast<double>(d + m + 1), dims = static_cast<double>(d);
    double log_gamma = 0.25 * dims * (dims - 1) * std::log(M_PI);  // of the multivariate gamma function
    for (Index j = 0; j < d; ++j) log_gamma += std::lgamma(0.5 * (freedom - static_cast<double>(j)));
    constant_terms =
        -static_cast<double>(n) * dims * 0.5 * std::log(2 * M_PI) +
        static_cast<double>(k) * (freedom * dims * (std::log(gamma) - 0.5 * std::log(2)) - log_gamma);
  }

  /// Inputs: logits of the weights (1,1), means (1,d), logarithms of diagonals (1,d), entries below
  /// diagonals, column by column (d(d-1)/2, 1); each a stack of k.
  std::vector<ad::Shape> shapes() const { return {{1, 1, k}, {1, d, k}, {1, d, k}, {d * (d - 1) / 2, 1, k}}; }

  Variable operator()(const Variables& in) const {
    const Variable &alpha = in[0], &mu = in[1], &q = in[2], &l = in[3];
    auto& tape = alpha.tape();
    const Variable points = constant(tape, x, {n, d});
    const Variable diagonal = exp(q), log_det = sum(q);
    const Variable entries = ad::concatenate({l, transpose(diagonal), at(zeros_like(q), 0)}, 0);
    const Variable factor = reshape(gather_rows(entries, places), {d, d});
    const Variable distances =
        sum(square(matmul_nt(points - mu, factor)), 1);  // of each point, squared: (n,1)
    const Variable log_densities = restack(alpha + log_det - 0.5 * distances, {k, n});
    const Variable log_weights = log_sum_exp(restack(alpha, {k, 1}), 0);
    const Variable likelihood = sum(log_sum_exp(log_densities, 0)) - static_cast<double>(n) * log_weights;
    const Variable prior = sum_stack(0.5 * gamma * gamma * (sum(square(diagonal)) + sum(square(l))) -
                                     static_cast<double>(m) * log_det);
    return likelihood - prior + constant_terms;
  }
};

template <class F>
Prepared prepared(const Json& input, const LogPosterior& f, const F& function,
                  Json (*output)(const Replay&)) {
  return replayed(function, f.shapes(),
                  {input["alpha"], flat(input["mu"]), flat(input["q"]), flat(input["l"])}, output);
}

Json parts(const Replay& run) {
  const Numbers& alpha = run.result();
  const std::size_t k = alpha.size();
  return {{"alpha", alpha},
          {"mu", in_rows(run.result(1), k)},
          {"q", in_rows(run.result(2), k)},
          {"l", in_rows(run.result(3), k)}};
}

Prepared objective(const Json& input) {
  const LogPosterior f(input);
  return prepared(input, f, f, number);
}
Prepared jacobian(const Json& input) {
  const LogPosterior f(input);
  return prepared(input, f, ad::gradient_of(f), parts);
}

const Eval eval{"gmm", {{"objective", objective}, {"jacobian", jacobian}}};

}  // namespace engram::gradbench::gmm
