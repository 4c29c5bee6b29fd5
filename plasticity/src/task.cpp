#include <engram/plasticity/task.hpp>

#include <fmt/format.h>

#include <stdexcept>
#include <utility>

ENGRAM_PLASTICITY_BEGIN

std::vector<int> SemiSupervisedTask::random_labels(Random& random, Index n) const {
  if (n < 0) throw std::invalid_argument(fmt::format("[sample] cannot draw {} examples", n));
  std::vector<int> labels(static_cast<std::size_t>(n));
  for (int& label : labels) label = static_cast<int>(random.integer(static_cast<std::uint64_t>(classes())));
  return labels;
}

Examples SemiSupervisedTask::sample(Random& random, Index n) const {
  std::vector<int> labels = random_labels(random, n);
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

double bayes_accuracy(const SemiSupervisedTask& task, Random random, Index points) {
  if (points < 1) throw std::invalid_argument(fmt::format("[bayes_accuracy] no mean over {} points", points));
  const auto log_densities = task.log_densities(task.sample(random, points).x);
  if (!log_densities)
    throw std::invalid_argument(
        "[bayes_accuracy] the task does not know its densities: choose one with a formula, without noise 0");
  // All classes are equally likely, so the largest probability is one over the sum of the ratios to it.
  const Array<double> ratios = (log_densities->colwise() - log_densities->rowwise().maxCoeff()).exp();
  return (1 / ratios.rowwise().sum()).mean();
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
