/// The playground's engine as a native program, for tests: `playground REQUEST.json NAME=RULE.json...` learns
/// what a request asks for and prints the result as the page gets it, and beside it, for a family's task,
/// what `two_moons evaluate` learns of the same trial.
#include <engram/laboratory/program.hpp>
#include <engram/laboratory/streams.hpp>
#include <engram/plasticity/read_file.hpp>

#include "session.hpp"

using namespace engram;
using namespace engram::demos::playground;

int main(int argc, char** argv) {
  return laboratory::run_program("playground", [&] {
    if (argc < 2) {
      laboratory::complain("playground", "which request? playground REQUEST.json NAME=RULE.json...");
      return 2;
    }
    Session session;
    Rules rules;
    for (int i = 2; i < argc; ++i) {
      const std::string argument = argv[i];
      const std::size_t equals = std::min(argument.find('='), argument.size());
      const std::string name = argument.substr(0, equals),
                        file = equals < argument.size() ? argument.substr(equals + 1) : argument;
      session.load(name, file, plasticity::read_file("rule file", file));
      rules.emplace(name, plasticity::load_rule(file));
    }
    const Json request = Json::parse(plasticity::read_file("request", argv[1]));
    Json result = session.learn(request);
    if (request.at("family") != "drawn" && request.at("moved").empty() &&
        request.at("shuffle_at").get<int>() < 0) {
      const plasticity::Network network = network_of(request, rules);
      const plasticity::EpisodeSettings settings = settings_of(request);
      for (std::size_t k = 0; k < result["learners"].size(); ++k) {
        const Way way =
            way_of(request.at("learners")[k], request.at("cut_feedback").get<bool>(), network, rules);
        const auto evaluation = plasticity::evaluate(
            plasticity::Learner(way.method, settings), way.parameters, family_of(request), 1,
            plasticity::Random(request.at("seed").get<std::uint64_t>()));
        result["learners"][k]["evaluated"] = evaluation.final_accuracy();
      }
    }
    laboratory::print(result.dump() + "\n");
    return 0;
  });
}
