/// The same chain of scalar operations in ADOL-C: recorded and differentiated, and only differentiated.
#include "chain.hpp"

#include <benchmark/benchmark.h>

#include <adolc/adolc.h>

namespace {

constexpr short tag = 0;

void record() {
  trace_on(tag);
  adouble a, b;
  double y;
  a <<= bench::chain_a;
  b <<= bench::chain_b;
  bench::chain(a, b) >>= y;
  trace_off();
}

void differentiate(benchmark::State& state) {
  double x[2] = {bench::chain_a, bench::chain_b}, g[2];
  gradient(tag, 2, x, g);
  benchmark::DoNotOptimize(g);
  state.counters["operations"] = bench::chain_operations;
}

void adolc_recorded(benchmark::State& state) {
  for (auto _ : state) {
    record();
    differentiate(state);
  }
}
void adolc_replayed(benchmark::State& state) {
  record();
  for (auto _ : state) differentiate(state);
}

BENCHMARK(adolc_recorded);
BENCHMARK(adolc_replayed);

}  // namespace

BENCHMARK_MAIN();
