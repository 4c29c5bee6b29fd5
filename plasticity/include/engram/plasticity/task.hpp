/// Classification problems to learn from few labels, and distributions over such problems.
#pragma once

#include <engram/plasticity/random.hpp>

#include <functional>
#include <memory>
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

  /// n fresh points of random classes. What is meant to be unlabelled comes from here, the labels being
  /// ignored.
  Examples sample(Random& random, Index n) const;
  /// n fresh points of the classes 0, 1, ..., 0, 1, ... in turn. Throws std::invalid_argument if a class
  /// would get none.
  Examples sample_balanced(Random& random, Index n) const;
};

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
