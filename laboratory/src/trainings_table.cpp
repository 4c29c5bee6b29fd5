#include <engram/laboratory/trainings_table.hpp>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace engram::laboratory {

Table trainings_table(const std::vector<FinishedTraining>& trainings, const Options& options) {
  Table t{{"", "seed", "best step", "validation accuracy", "steps left out", "tasks clipped", "tasks lost"},
          {},
          fmt::format(
              "Trainings of {} outer steps. Validation is on what was trained on. Steps whose usual task had "
              "exploded were left out; gradients of single tasks that were too long were clipped, and those "
              "that were not finite are lost.",
              options.meta.outer_steps)};
  const auto share = [](double part, double all) { return fmt::format("{:.2f} %", 100 * part / all); };
  for (const auto& [title, seed, manifest] : trainings) {
    const auto log = nlohmann::json::parse(manifest);
    const double steps = log.at("outer_steps_done"),
                 tasks = steps * log.at("configuration").at("tasks").get<double>();
    const auto number = [&](const char* key) { return log.at(key).get<double>(); };
    t.rows.push_back({title, fmt::format("{}", seed), log.at("best_step").dump(),
                      fmt::format("{:.3f}", number("validation_accuracy")),
                      share(number("steps_left_out"), steps), share(number("tasks_clipped"), tasks),
                      share(number("tasks_lost"), tasks)});
  }
  return t;
}

}  // namespace engram::laboratory
