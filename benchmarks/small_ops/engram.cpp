/// What one operation costs, in engram: recorded one by one, and replayed.
#include <engram/autodiff/autodiff.hpp>

#include "chain.hpp"
#include "count_allocations.hpp"

#include <benchmark/benchmark.h>

#include <functional>

namespace ad = engram::autodiff;
using ad::Shape;

namespace {

using V = ad::Variable<double>;
using F = ad::Variable<float>;

/// Time per iteration is divided by this in the end.
void count_operations(benchmark::State& state, double count) { state.counters["operations"] = count; }

/// A chain of scalar operations is recorded, its gradient computed, and all forgotten.
void recorded(benchmark::State& state) {
  ad::Tape<double> tape;
  for (auto _ : state) {
    const V a = tape.variable(bench::chain_a), b = tape.variable(bench::chain_b);
    auto g = ad::gradient_values(bench::chain(a, b), std::vector{a, b});
    benchmark::DoNotOptimize(g);
    tape.clear();
  }
  count_operations(state, bench::chain_operations);
}

/// Runs a compiled function on zeros again and again; counts what it allocates.
template <class S>
void replay(benchmark::State& state, const ad::Function<S>& f, double operations) {
  std::vector<ad::Value<S>> inputs, outputs;
  std::vector<const S*> in;
  std::vector<S*> out;
  for (const Shape s : f.input_shapes()) in.push_back(inputs.emplace_back(s).data());
  for (const Shape s : f.output_shapes()) out.push_back(outputs.emplace_back(s).data());
  auto workspace = f.workspace();
  f.run(workspace, in, out);
  const std::size_t before = bench::allocations;
  for (auto _ : state) {
    f.run(workspace, in, out);
    benchmark::ClobberMemory();
  }
  state.counters["allocations"] = static_cast<double>(bench::allocations - before);
  count_operations(state, operations);
}

/// The same chain and its gradient, compiled.
ad::Function<double> compiled_chain() {
  return ad::compile<double>(
      [](const auto& x) {
        return ad::gradient(bench::chain(x[0], x[1]), std::vector{x[0], x[1]});
      },
      {{1, 1}, {1, 1}});
}
void compiled(benchmark::State& state) {
  for (auto _ : state) {
    const auto f = compiled_chain();
    auto workspace = f.workspace();
    benchmark::DoNotOptimize(workspace);
  }
  count_operations(state, bench::chain_operations);
}
void replayed_scalar(benchmark::State& state) { replay(state, compiled_chain(), bench::chain_operations); }

/// A loop of 1000 steps of 30 scalar operations each, three of Euler's steps of a predator and its prey, and
/// the gradient of its end.
void scan_step(benchmark::State& state, ad::Keep keep) {
  constexpr int steps = 1000;
  const auto body = [](auto carry, auto, auto k) {
    V prey = carry[0], predator = carry[1];
    for (int i = 0; i < 3; ++i) {
      const V met = k[0] * (prey * predator);
      const V born = k[1] * prey - met, fed = met - k[2] * predator;
      prey = prey + 0.01 * born;
      predator = predator + 0.01 * fed;
    }
    return ad::StepResult<V>{{prey, predator}, {}};
  };
  const auto f = ad::compile<double>(
      [&](const auto& x) {
        const auto end = ad::scan<double>(body, {x[0], x[1]}, {}, {x[2], x[3], x[4]}, steps, keep).carry;
        return ad::gradient(end[0] * end[1], x);
      },
      std::vector(5, Shape{1, 1}));
  replay(state, f, steps);
}

/// `links` times step(y, a, b), each of `per_link` operations, on 10x20 floats.
void replayed(benchmark::State& state, const std::function<F(F, F, F)>& step, double per_link) {
  constexpr int links = 32;
  const auto f = ad::compile<float>(
      [&](const auto& x) {
        F y = x[0];
        for (int i = 0; i < links; ++i) y = step(y, x[1], x[2]);
        return std::vector{y};
      },
      {{10, 20}, {10, 20}, {10, 20}});
  replay(state, f, links * per_link);
}

F elementwise(F y, F a, F b) { return y * a + b; }
F reduced(F y, F a, F b) { return y * a + sum(y * b, 0); }
F multiplied(F y, F a, F b) { return matmul(y, matmul_tn(a, b)); }

BENCHMARK(recorded);
BENCHMARK(compiled);
BENCHMARK(replayed_scalar);
BENCHMARK_CAPTURE(scan_step, everything, ad::Keep::everything);
BENCHMARK_CAPTURE(scan_step, carries, ad::Keep::carries);
BENCHMARK_CAPTURE(replayed, elementwise, elementwise, 2);
BENCHMARK_CAPTURE(replayed, reduced, reduced, 4);
BENCHMARK_CAPTURE(replayed, multiplied, multiplied, 1);

}  // namespace

BENCHMARK_MAIN();
