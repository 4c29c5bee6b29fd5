/// One meta-gradient, its query after the last step, under a chosen policy of what the inner loop keeps: a
/// peer (see support/peer.hpp). Tasks run one after another in one workspace. Tells memory as well as time.
#include "../meta_gradient/case.hpp"
#include "../support/peer.hpp"
#include "counting_new.hpp"

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

#include <fstream>

using namespace engram::plasticity;
using engram::autodiff::Function;
using engram::autodiff::Keep;
namespace bench = engram::bench;

namespace {

Function<float> compiled(const bench::Case& c, Keep keep) {
  using T = Variable<float>;
  const auto theta = theta_shapes(c.rule);
  const auto episode = episode_shapes(c.network(), c.episode);
  std::vector<Shape> shapes = flatten(theta);
  const std::size_t parameters = shapes.size();
  for (const Shape s : flatten(episode)) shapes.push_back(s);
  return engram::autodiff::compile<float>(
      [&](std::span<const T> in) {
        const std::vector<T> leaves(in.begin(), in.begin() + static_cast<std::ptrdiff_t>(parameters));
        const auto e = unflatten(episode, in.subspan(parameters));
        const auto method = learned_method(c.network(), c.rule);
        const auto nothing = [](const auto&, auto) { return std::vector<T>{}; };
        const auto carry = learn(method, flatten(e.start), step_data(e.batches, c.episode.steps), leaves,
                                 c.episode.steps, nothing, keep)
                               .carry;
        std::vector<T> results{
            mean_loss(c.network(), weights_of<T>(method, carry), e.query_x, e.query_targets)};
        for (const T& g : gradient(results[0], leaves)) results.push_back(g);
        return results;
      },
      shapes);
}

/// θ and the episodes as the function wants them, and where it writes.
struct Buffers {
  std::vector<Value<float>> theta, results;
  std::vector<std::vector<Value<float>>> episodes;

  Buffers(const bench::Case& c, const Function<float>& f) {
    const auto cast = [](const Array<double>& a) { return Value<float>(a.cast<float>()); };
    theta = flatten(map_leaves(c.theta(), cast));
    for (const auto& e : c.episodes()) episodes.push_back(flatten(map_leaves(e, cast)));
    for (const Shape s : f.output_shapes()) results.emplace_back(s);
  }
};

/// The largest memory that the process ever had.
std::size_t process_bytes() {
  std::ifstream status("/proc/self/status");
  for (std::string word; status >> word;)
    if (word == "VmHWM:") {
      std::size_t kilobytes = 0;
      status >> kilobytes;
      return kilobytes * 1024;
    }
  return 0;
}

std::size_t carry_bytes(const bench::Case& c) {
  std::size_t numbers = 0;
  for (const Shape s : flatten(episode_shapes(c.network(), c.episode).start))
    numbers += static_cast<std::size_t>(s.size());
  return numbers * sizeof(float);
}

}  // namespace

int main(int argc, char** argv) {
  CLI::App app{"Time and memory of one meta-gradient (see benchmarks/README.md)."};
  bench::Case c;
  c.add_options(app);
  std::string policy = "automatic";
  const std::map<std::string, Keep> policies{{"automatic", Keep::automatic},
                                             {"everything", Keep::everything},
                                             {"carries", Keep::carries},
                                             {"binomial", Keep::binomial(10)}};
  app.add_option("--keep", policy, "What the inner loop keeps; binomial: 10 snapshots")
      ->check(CLI::IsMember(policies))
      ->capture_default_str();
  CLI11_PARSE(app, argc, argv);

  const Function<float> f = compiled(c, policies.at(policy));
  Buffers buffers(c, f);
  const std::size_t before = engram::test::live_bytes;
  auto workspace = f.workspace();
  std::vector<const float*> in;
  std::vector<float*> out;
  for (auto& v : buffers.results) out.push_back(v.data());
  std::vector<double> gradient;
  double loss = 0;
  const auto compute = [&] {
    loss = 0;
    gradient.clear();
    for (const std::vector<Value<float>>& episode : buffers.episodes) {
      in.clear();
      for (const auto* leaves : {&std::as_const(buffers.theta), &episode})
        for (const auto& v : *leaves) in.push_back(v.data());
      f.run(workspace, in, out);
      loss += static_cast<double>(buffers.results[0].item());
      for (std::size_t i = 1; i < out.size(); ++i)
        gradient.insert(gradient.end(), out[i], out[i] + buffers.results[i].shape().size());
    }
  };
  compute();
  const std::size_t workspace_bytes = engram::test::live_bytes - before -
                                      gradient.capacity() * sizeof(double) - in.capacity() * sizeof(float*);
  return bench::serve({{"loss", loss},
                       {"gradient", gradient},
                       {"workspace_bytes", workspace_bytes},
                       {"process_bytes", process_bytes()},
                       {"carry_bytes", carry_bytes(c)}},
                      compute);
}
