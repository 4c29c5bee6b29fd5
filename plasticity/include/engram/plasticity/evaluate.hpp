/// How well something learns: trials on fresh tasks, step by step.
#pragma once

#include <engram/plasticity/communicator.hpp>
#include <engram/plasticity/meta_loss.hpp>
#include <engram/plasticity/methods/gradient_descent.hpp>

#include <memory>
#include <string>

ENGRAM_PLASTICITY_BEGIN

/// One trial.
struct Learned {
  Array<double> accuracy;    ///< on the query points, before the first step and after each: 1 x (steps + 1)
  Array<double> train_loss;  ///< mean cross-entropy of the labelled points, likewise
  std::vector<Array<double>> weights;  ///< forward weights after the last step
};

/// A way to learn an episode, compiled for episodes of one size. Immutable; threads may share it.
class Learner {
 public:
  /// Learns by a method, which is then given its parameters.
  Learner(const Method& method, const EpisodeSettings& episode);
  /// Learns by backpropagation from the labelled points. Its parameter is the learning rate.
  static Learner backprop(const Network& network, Optimizer optimizer, const EpisodeSettings& episode);

  /// `noise` is where random numbers come from, for methods that want them.
  Learned operator()(const std::vector<Array<double>>& parameters, const Episode<Array<double>>& episode,
                     Random noise = Random(0)) const;

  const Network& network() const { return network_; }
  const EpisodeSettings& episode() const { return episode_; }

 private:
  Network network_;
  EpisodeSettings episode_;
  Index noise_copies_;
  std::shared_ptr<const autodiff::Function<double>> function_;
};

/// Anything that learns an episode, with random numbers from a stream if it wants some.
using LearnEpisode = std::function<Learned(const Episode<Array<double>>&, const Random& random)>;

/// Many trials: one row per trial.
struct Evaluation {
  Array<double> accuracy;    ///< trials x (steps + 1)
  Array<double> train_loss;  ///< trials x (steps + 1)

  /// The column of the last step.
  Index last() const { return accuracy.cols() - 1; }
  /// Mean accuracy after the last step.
  double final_accuracy() const { return accuracy.col(last()).mean(); }
};

/// The data of trial `i`: a task of the family and an episode of it. Two learners that get the same stream
/// and trial meet the same task, labels, initial weights, unlabelled points and query points.
Episode<Array<double>> draw_trial(const TaskFamily& family, const Network& network,
                                  const EpisodeSettings& episode, const Random& random, std::size_t i);

/// Runs trials on all cores. The same bits for any number of threads and processes. The network is the one
/// whose initial weights the episodes have.
Evaluation evaluate(const LearnEpisode& learn, const Network& network, const EpisodeSettings& episode,
                    const TaskFamily& family, std::size_t trials, const Random& random,
                    Communicator& communicator = this_process());
/// The same of a learner with these parameters.
Evaluation evaluate(const Learner& learner, const std::vector<Array<double>>& parameters,
                    const TaskFamily& family, std::size_t trials, const Random& random,
                    Communicator& communicator = this_process());

ENGRAM_PLASTICITY_END
