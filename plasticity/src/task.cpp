#include <engram/plasticity/task.hpp>

#include <fmt/format.h>

#include <stdexcept>
#include <utility>

ENGRAM_PLASTICITY_BEGIN

Examples SemiSupervisedTask::sample(Random& random, Index n) const {
  if (n < 0) throw std::invalid_argument(fmt::format("[sample] cannot draw {} examples", n));
  std::vector<int> labels(static_cast<std::size_t>(n));
  for (int& label : labels) label = static_cast<int>(random.integer(static_cast<std::uint64_t>(classes())));
  Array<double> x = sample_points(random, labels);
  return {std::move(x), std::move(labels)};
}

Examples SemiSupervisedTask::sample_balanced(Random& random, Index n) const {
  if (n < classes())
    throw std::invalid_argument(fmt::format(
        "[sample_balanced] {} labelled examples leave a class without any: use at least {}, one per class", n,
        classes()));
  std::vector<int> labels(static_cast<std::size_t>(n));
  for (std::size_t i = 0; i < labels.size(); ++i) labels[i] = static_cast<int>(i) % classes();
  Array<double> x = sample_points(random, labels);
  return {std::move(x), std::move(labels)};
}

TaskFamily mixture(std::string name, std::vector<TaskFamily> families) {
  if (families.empty())
    throw std::invalid_argument("[mixture] there is nothing to draw from: name at least one family");
  const Index dimension = families[0].dimension;
  const int classes = families[0].classes;
  for (const TaskFamily& f : families)
    if (f.dimension != dimension || f.classes != classes)
      throw std::invalid_argument(fmt::format("[mixture] {} and {} differ in dimension or number of classes",
                                              families[0].name, f.name));
  return {std::move(name), dimension, classes, [families = std::move(families)](Random random) {
            const auto choice = random.split("family").integer(families.size());
            return families[choice].draw(random.split("task"));
          }};
}

ENGRAM_PLASTICITY_END
