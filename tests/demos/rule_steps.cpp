// rule_steps RULE.json FOLDER: writes rule files of every kind, RULE.json among them, and beside each an
// episode's inputs and the weights after each step, for programs that read rule files without engram to
// compare with.
#include <engram/plasticity/atomic_file.hpp>
#include <engram/plasticity/episode.hpp>
#include <engram/plasticity/rules/learned.hpp>
#include <engram/plasticity/store.hpp>
#include <engram/plasticity/tasks/two_moons.hpp>

#include <fmt/core.h>
#include <nlohmann/json.hpp>

using namespace engram::plasticity;
using Json = nlohmann::json;

namespace {

using P = Value<double>;

Json rows(const P& v) {
  Json list = Json::array();
  for (Index i = 0; i < v.rows(); ++i) {
    const auto row = v.array().row(i);
    list.push_back(std::vector<double>(row.begin(), row.end()));
  }
  return list;
}

Json list(const std::vector<P>& matrices) {
  Json all = Json::array();
  for (const P& m : matrices) all.push_back(rows(m));
  return all;
}

Json weights(const Synapses<P>& s) { return {list(s.forward), list(s.feedback), list(s.lateral)}; }

/// A rule file, an episode's inputs and the weights after each step.
void write(const std::filesystem::path& folder, const std::string& name, const RuleFile& rule) {
  const Network network{{2, 5, 4, 2}, rule.settings.activation, rule.settings.bias_neuron};
  const EpisodeSettings sizes{.steps = 5, .labelled = 4, .unlabelled = 3, .query = 1};
  const auto as_value = [](const Array<double>& a) { return P(a); };
  const auto drawn = draw_episode(network, sizes, *two_moons().draw(Random(1)), Random(2));
  const auto episode = map_leaves(drawn, as_value);
  const LearnedRule<P> asked(map_leaves(rule.theta(), as_value), rule.settings.batch_accumulation);
  Synapses<P> now = episode.start;
  Json steps = Json::array(), batches = Json::array();
  const Index examples = sizes.labelled + sizes.unlabelled;
  for (Index t = 0; t < sizes.steps; ++t) {
    const auto batch =
        map_leaves(episode.batches, [&](const P& m) { return slice_rows(m, t * examples, examples); });
    now = inner_step(network, rule.settings, asked, now, batch);
    batches.push_back({rows(batch.x), rows(batch.targets), rows(batch.mask)});
    steps.push_back(weights(now));
  }
  save_rule(folder / (name + ".json"), rule);
  write_atomically(folder / (name + "_steps.json"),
                   Json{{"start", weights(episode.start)}, {"batches", batches}, {"steps", steps}}.dump());
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 3) return 2;
  const std::filesystem::path folder = argv[2];
  write(folder, "trained", load_rule(argv[1]));
  const RuleSettings kinds[]{
      {.width = 5},
      {.width = 5, .batch_accumulation = false},
      {.width = 5, .update_scale = UpdateScale::published},
      {.width = 5, .update_scale = UpdateScale::fan_in, .activation = Activation::relu},
      {.width = 5, .activation = Activation::identity, .bias_neuron = false},
      {.width = 5, .lateral = false, .feedback = FeedbackWeights::fixed},
      {.width = 5, .feedback = FeedbackWeights::none}};
  for (std::size_t i = 0; i < std::size(kinds); ++i)
    write(folder, fmt::format("kind_{}", i),
          {"learned", kinds[i], flatten(initial_theta(kinds[i], 1, Random(i))), "{}"});
}
