/// The residuals of a heat equation on a square, and their sparse Jacobian: peers (see support/peer.hpp).
#include <engram/autodiff/autodiff.hpp>
#include <engram/autodiff/sparsity.hpp>

#include "../support/numbers.hpp"
#include "../support/peer.hpp"

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

namespace ad = engram::autodiff;
using V = ad::Variable<double>;

namespace {

/// Five points and a source that grows with the heat; cold outside.
V residuals(const V& u) {
  const ad::Index inner = u.rows() - 1;
  const V up = pad(slice_rows(u, 1, inner), 0, 1, 0, 0), down = pad(slice_rows(u, 0, inner), 1, 0, 0, 0);
  const V right = pad(slice_columns(u, 1, inner), 0, 0, 0, 1),
          left = pad(slice_columns(u, 0, inner), 0, 0, 1, 0);
  return 4.0 * u - up - down - right - left + 0.01 * exp(u);
}

/// The largest results are not printed: their sum, and the last of them.
int serve(const double* values, ad::Index count, const std::function<void()>& compute) {
  compute();
  const Eigen::Map<const Eigen::ArrayXd> all(values, count);
  return engram::bench::serve({{"loss", all.sum()}, {"gradient", {all(count - 1)}}}, compute);
}

}  // namespace

int main(int argc, char** argv) {
  CLI::App app{"A heat equation on a square of side x side unknowns."};
  std::string what;
  ad::Index side = 0;
  app.add_option("what", what, "function or jacobian")
      ->required()
      ->check(CLI::IsMember({"function", "jacobian"}));
  app.add_option("side", side, "Unknowns along a side")->required()->check(CLI::Range(2, 4000));
  CLI11_PARSE(app, argc, argv);

  const ad::Shape shape{side, side};
  const auto numbers = engram::bench::numbers(static_cast<int>(side * side), 1, 1);
  const ad::Value<double> u =
      ad::Array<double>(Eigen::Map<const ad::Array<double>>(numbers.data(), side, side));
  if (what == "jacobian") {
    auto jacobian = ad::sparse_jacobian<double>([](const V& x) { return residuals(x); }, {shape});
    const auto compute = [&] { return jacobian({u}); };
    const auto& j = compute().jacobian;
    return serve(j.valuePtr(), j.nonZeros(), compute);
  }
  const auto f = ad::compile<double>([](const V& x) { return residuals(x); }, {shape});
  auto workspace = f.workspace();
  ad::Array<double> y(side, side);
  const double* const in = u.data();
  double* const out = y.data();
  return serve(out, y.size(), [&] { f.run(workspace, {&in, 1}, {&out, 1}); });
}
