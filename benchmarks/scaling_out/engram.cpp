// Outer steps of a meta-training by several processes: how long they take, and how long of that nobody
// computes.
#include <engram/laboratory/command_line.hpp>
#include <engram/laboratory/ranks.hpp>
#include <engram/plasticity/meta_trainer.hpp>
#include <engram/plasticity/tasks/two_moons.hpp>

#include <nlohmann/json.hpp>
#include <tbb/global_control.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <ctime>
#include <numeric>

using namespace engram::laboratory;
using namespace engram::plasticity;

namespace {

double milliseconds() {
  const auto now = std::chrono::steady_clock::now().time_since_epoch();
  return std::chrono::duration<double, std::milli>(now).count();
}

/// What the threads of this process have taken of processors: other programs do not lengthen it.
double processor_milliseconds() { return 1e3 * static_cast<double>(std::clock()) / CLOCKS_PER_SEC; }

/// The ranks, with a watch that runs while they gather.
class Timed final : public Communicator {
 public:
  std::size_t size() const override { return ranks().size(); }
  std::size_t rank() const override { return ranks().rank(); }
  void gather(std::span<std::byte> rows, std::size_t count) override {
    const double start = milliseconds(), worked = processor_milliseconds();
    ranks().gather(rows, count);
    waiting_work += processor_milliseconds() - worked;
    ended = milliseconds();
    gathering += ended - start;
    bytes += rows.size();
  }

  double gathering = 0, ended = 0, waiting_work = 0;
  std::size_t bytes = 0;  ///< that all have afterwards
};

/// Of each step what all ranks brought: the smallest. Who comes last does not wait for others.
std::vector<double> least_of_ranks(std::vector<double> mine) {
  std::vector<double> all(ranks().size() * mine.size());
  std::ranges::copy(mine, all.begin() + static_cast<std::ptrdiff_t>(ranks().rank() * mine.size()));
  ranks().gather(std::as_writable_bytes(std::span(all)), ranks().size());
  for (std::size_t i = 0; i < all.size(); ++i)
    mine[i % mine.size()] = std::min(mine[i % mine.size()], all[i]);
  return mine;
}

int run(std::size_t threads, const MetaSettings& settings) {
  const tbb::global_control control(tbb::global_control::max_allowed_parallelism, threads);
  Timed timed;
  MetaTrainer trainer(settings, two_moons(TwoMoonsOptions::random()), {}, timed);
  trainer.step();
  std::vector<double> steps, gathers, rests, works;
  while (!trainer.done()) {
    timed = Timed();
    const double start = milliseconds(), worked = processor_milliseconds();
    trainer.step();
    works.push_back(processor_milliseconds() - worked - timed.waiting_work);
    const double end = milliseconds();
    steps.push_back(end - start);
    gathers.push_back(timed.gathering);
    rests.push_back(end - timed.ended);
  }
  const nlohmann::json line{{"step_ms", steps},     {"gather_ms", least_of_ranks(gathers)},
                            {"rest_ms", rests},     {"work_ms", works},
                            {"bytes", timed.bytes}, {"norm", norm(trainer.parameters())}};
  print(line.dump() + "\n");
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  return run_program("bench_scaling_out", [&] {
    join_ranks("bench_scaling_out");
    CLI::App app{"Times outer steps", "bench_scaling_out"};
    std::size_t threads = 1;
    MetaSettings settings;
    settings.outer_steps = 20;
    app.add_option("--threads", threads, "Threads of each rank");
    app.add_option("--tasks", settings.tasks, "Tasks of an outer step, of all ranks together");
    app.add_option("--steps", settings.outer_steps, "Outer steps; the first is not counted");
    return read_arguments(app, argc, argv) ? run(threads, settings) : 0;
  });
}
