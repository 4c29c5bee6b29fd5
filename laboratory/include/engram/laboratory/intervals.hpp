/// How sure one may be of what trials of several meta-trainings say: the one place from which tables,
/// captions and charts have their errors and intervals.
///
/// Trials of one meta-training share its rule, so several meta-trainings count as so many observations,
/// however many trials each has: errors and intervals are those of the means of the seeds. A single
/// meta-training says nothing of others; then they are those of its trials, and hold for that rule only.
#pragma once

#include <engram/laboratory/statistics.hpp>
#include <engram/plasticity/random.hpp>

#include <string>
#include <vector>

namespace engram::laboratory {

/// The same measure of several meta-trainings: a row for each seed, its trials in the columns.
using Trials = plasticity::Array<double>;

/// The means of the rows: what counts as independent. Of a single row, its trials.
std::vector<double> observations(const Trials& trials);

/// The mean of all and its standard error. What is not finite makes the mean so.
MeanAndError mean_of(const Trials& trials);

/// The mean and its 95 % interval: by Student's t over the means of the seeds, or by so many resamples of a
/// bootstrap over the trials of one. The same whenever it is computed. Throws std::invalid_argument for a
/// single trial, and for one that is not finite, naming it.
Interval interval_of(const Trials& trials, int resamples = 10'000);

/// "0.978 ± 0.003", or, of trials that are not all finite, "not finite in 3 of 500 trials".
std::string mean_text(const Trials& trials);
/// Both with three decimals, or with as many as show the error, at most six. Without the error where there is
/// none.
std::string mean_text(const MeanAndError& mean);
/// "+0.126 (+0.114 to +0.139)".
std::string gain_text(const Interval& gain);

/// For captions, what errors and intervals of so many seeds are: "standard error over 5 seeds" and "95 %
/// interval by Student's t over 5 seeds", or "standard error over trials" and "95 % bootstrap interval over
/// trials".
std::string error_words(std::size_t seeds);
std::string interval_words(std::size_t seeds);

}  // namespace engram::laboratory
