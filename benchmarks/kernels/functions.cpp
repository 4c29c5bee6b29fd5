// What the vectorised functions cost, from and to the first-level cache, at each dispatch level:
//   bench_kernels --benchmark_filter='tanh/float'
#include <engram/autodiff/kernels.hpp>

#include <benchmark/benchmark.h>

#include <cstddef>
#include <string>
#include <vector>

namespace kernels = engram::autodiff::kernels;

namespace {

constexpr std::size_t count = 1024;

template <class S>
void run(benchmark::State& state, const char* target, kernels::Unary<S>* kernel) {
  kernels::select_target(target);
  std::vector<S> x(count), y(count);
  for (std::size_t i = 0; i < count; ++i)  // where every function is defined
    x[i] = static_cast<S>(0.1) + static_cast<S>(4) * static_cast<S>(i) / static_cast<S>(count);
  for (auto _ : state) {
    kernel(x.data(), y.data(), count);
    benchmark::ClobberMemory();
  }
  state.SetItemsProcessed(state.iterations() * static_cast<std::int64_t>(count));
}

template <class S>
void add(const char* type, const char* target) {
  for (const auto name : kernels::unary_names())
    benchmark::RegisterBenchmark((std::string(name) + "/" + type + "/" + target).c_str(), run<S>, target,
                                 kernels::unary<S>(name));
}

}  // namespace

int main(int argc, char** argv) {
  for (const char* target : {"AVX3", "AVX2", "SSE4", "SSE2", "NEON", "EMU128", "SCALAR"})
    if (kernels::select_target(target)) {
      add<float>("float", target);
      add<double>("double", target);
    }
  benchmark::Initialize(&argc, argv);
  if (benchmark::ReportUnrecognizedArguments(argc, argv)) return 1;
  benchmark::RunSpecifiedBenchmarks();
}
