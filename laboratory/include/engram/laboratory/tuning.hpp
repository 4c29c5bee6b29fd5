/// How the settings of what a learned rule is compared with are picked: by accuracy on tuning tasks and,
/// where that does not tell candidates apart, by the training loss.
#pragma once

#include <engram/plasticity/evaluate.hpp>

#include <string>
#include <vector>

namespace engram::laboratory {

/// A way to learn with all its numbers chosen.
struct Candidate {
  std::string method;           ///< "adam"
  std::vector<double> numbers;  ///< the step size, then the method's own
  plasticity::Network network;  ///< that it needs of an episode
  plasticity::LearnEpisode learn;
};

/// "adam 0.1".
std::string to_string(const Candidate& candidate);

/// What became of a candidate after the last step, in the same trials as all others.
struct Tried {
  std::vector<double> accuracy, train_loss;  ///< trial by trial
};

/// Which candidate is taken, and why.
struct Choice {
  std::size_t chosen = 0;                        ///< by the rule of one standard error
  std::size_t best = 0;                          ///< the one with the highest accuracy
  std::vector<double> accuracies, train_losses;  ///< means over the trials, of all candidates
  std::vector<double> behind,
      errors;  ///< how far the accuracies are behind the best one's; standard errors of that
};

/// The rule of one standard error (Breiman, Friedman, Olshen, Stone 1984): of the candidates whose accuracy
/// is behind the best by at most one standard error, the one with the lowest training loss. The error is that
/// of the paired difference: the standard error of the mean, over the trials, of the best one's accuracy
/// minus the candidate's. Candidates whose mean loss or accuracy is not finite are neither chosen nor best,
/// unless none is finite: then the accuracy alone decides. Of several that are equal the first one is taken.
/// Throws std::invalid_argument if there are no candidates, or not equally many trials of each, or none.
Choice choose(const std::vector<Tried>& candidates);

/// Tries every candidate on the same trials, and chooses. Throws std::invalid_argument if there is none.
Choice tune(const std::vector<Candidate>& grid, const plasticity::EpisodeSettings& episode,
            const plasticity::TaskFamily& family, std::size_t trials, const plasticity::Random& random);

/// For captions, how the choice is made: "the lowest training loss among those whose accuracy ...".
std::string tuning_words(std::size_t trials);

}  // namespace engram::laboratory
