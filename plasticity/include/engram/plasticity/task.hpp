/// Classification problems to learn from few labels, and distributions over such problems.
#pragma once

#include <engram/plasticity/random.hpp>

#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

ENGRAM_PLASTICITY_BEGIN

/// n points, one per row, each with its class 0 ... classes-1.
struct Examples {
  Array<double> x;  ///< n x dimension
  std::vector<int> labels;

  Index size() const { return x.rows(); }
};

/// One classification problem with a geometry of its own. All classes are equally likely. A task does not
/// change once drawn, so many threads may sample one task, each with its own Random.
class SemiSupervisedTask {
 public:
  virtual ~SemiSupervisedTask() = default;

  virtual Index dimension() const = 0;
  virtual int classes() const = 0;
  /// A point of each given class: labels.size() x dimension.
  virtual Array<double> sample_points(Random& random, std::span<const int> labels) const = 0;
  /// The logarithms of every class's density at the rows of x: n x classes. Nothing where it is not known.
  virtual std::optional<Array<double>> log_densities(const Array<double>&) const { return std::nullopt; }
  /// n points of random classes to judge what was learned. As `sample`, but tasks with a finite number of
  /// points keep some for this.
  virtual Examples sample_query(Random& random, Index n) const { return sample(random, n); }

  /// n fresh points of random classes. What is meant to be unlabelled comes from here, the labels being
  /// ignored.
  Examples sample(Random& random, Index n) const;
  /// n fresh points of the classes 0, 1, ..., 0, 1, ... in turn. Throws std::invalid_argument if a class
  /// would get none.
  Examples sample_balanced(Random& random, Index n) const;

 protected:
  /// n classes, each equally likely.
  std::vector<int> random_labels(Random& random, Index n) const;
};

/// The best accuracy that any classifier can have on a task: the mean over `points` random points of the
/// largest class probability. Throws std::invalid_argument if the task does not know its densities.
double bayes_accuracy(const SemiSupervisedTask& task, Random random, Index points);

/// A named distribution over tasks of one dimension and number of classes.
struct TaskFamily {
  std::string name;
  Index dimension = 0;
  int classes = 0;
  /// Draws a task; the same stream gives the same task.
  std::function<std::unique_ptr<SemiSupervisedTask>(Random)> draw;
};

/// Draws from one of several families, each equally likely. Throws std::invalid_argument if there are none,
/// or if they differ in dimension or number of classes.
TaskFamily mixture(std::string name, std::vector<TaskFamily> families);

ENGRAM_PLASTICITY_END
