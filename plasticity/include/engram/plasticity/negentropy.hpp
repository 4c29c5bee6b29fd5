/// How far the classes of a task are from normal clouds: what "it never met Gaussians" is worth.
#pragma once

#include <engram/plasticity/task.hpp>

ENGRAM_PLASTICITY_BEGIN

/// The negentropy of a task's classes in nats, the mean over classes: the Kullback-Leibler divergence of a
/// class's density from the normal one of its mean and covariance. It is 0 for normal clouds only, and the
/// same after every linear change of coordinates. Source: Comon, "Independent component analysis, a new
/// concept?", Signal Processing 36 (1994).
///
/// An estimate from so many random points of each class, with mean and covariance estimated from them too.
/// For normal clouds it has an error of the order 1 / points; the bias of the covariance's determinant is
/// taken off to that order. Throws std::invalid_argument if the task does not know its densities, or unless
/// there are more points than twice the dimensions.
double negentropy(const SemiSupervisedTask& task, Random random, Index points);

/// The negentropies of so many tasks of a family, computed on all cores. The tasks are those of the trials of
/// `evaluate` if `random` is its stream split by the family's name. Their spread comes from the tasks and
/// from the points. The same bits for any number of threads. Throws like `negentropy`.
std::vector<double> negentropies(const TaskFamily& family, std::size_t tasks, Index points,
                                 const Random& random);

ENGRAM_PLASTICITY_END
