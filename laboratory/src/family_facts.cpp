#include <engram/laboratory/family_facts.hpp>
#include <engram/plasticity/negentropy.hpp>

#include <algorithm>

namespace engram::laboratory {

using namespace plasticity;
using Json = nlohmann::ordered_json;

namespace {

/// The mean over the tasks of trials, whose streams are those of `evaluate`, of what `numbers` computes.
template <class Numbers>
Piece fact_piece(const std::string& name, const TaskFamily& family, const Random& stream,
                 const Numbers& numbers) {
  return {name, [family, trials = stream.split(family.name), numbers] {
            const auto task = family.draw(trials.split(0).split("task"));
            if (!task->log_densities(Array<double>::Zero(1, task->dimension()))) return Json(nullptr);
            const std::vector<double> all = numbers(trials);
            const MeanAndError m = mean_and_error(all);
            return Json{{"mean", m.mean}, {"error", m.error}};
          }};
}

}  // namespace

Piece bayes_piece(const Laboratory& lab, const std::string& name, const TaskFamily& family,
                  const Random& stream) {
  return fact_piece(name, family, stream, [&lab, family](const Random& trials) {
    std::vector<double> accuracies;
    for (std::size_t i = 0; i < lab.options().trials; ++i) {
      const Random trial = trials.split(i);
      accuracies.push_back(
          bayes_accuracy(*family.draw(trial.split("task")), trial.split("bayes"), lab.options().test_points));
    }
    return accuracies;
  });
}

Piece negentropy_piece(const Laboratory& lab, const std::string& name, const TaskFamily& family,
                       const Random& stream) {
  return fact_piece(name, family, stream, [&lab, family](const Random& trials) {
    // Enough for a task; it is the number of tasks that counts.
    const Index points = std::max<Index>(300, 4 * family.dimension);
    return negentropies(family, lab.options().trials, points, trials);
  });
}

std::optional<MeanAndError> fact(const Laboratory& lab, const std::string& piece) {
  const Json found = lab.result(piece);
  if (found.is_null()) return std::nullopt;
  return MeanAndError{found.at("mean").get<double>(), found.at("error").get<double>()};
}

}  // namespace engram::laboratory
