/// Means, errors and paired differences of evaluations.
#pragma once

#include <engram/laboratory/intervals.hpp>
#include <engram/plasticity/evaluate.hpp>

namespace engram::laboratory {

/// Mean and standard error over the trials after so many steps.
MeanAndError mean_accuracy(const plasticity::Evaluation& evaluation, plasticity::Index step);
/// The same of the training loss.
MeanAndError mean_train_loss(const plasticity::Evaluation& evaluation, plasticity::Index step);

/// Accuracy of a minus that of b after the last step, trial by trial.
Interval paired_gain(const plasticity::Evaluation& a, const plasticity::Evaluation& b);

}  // namespace engram::laboratory
