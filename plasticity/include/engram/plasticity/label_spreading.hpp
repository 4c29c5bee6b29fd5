/// Labels that spread over a graph of neighbours: what the unlabelled points can give at most to somebody who
/// sees them all at once, the query points included.
///
/// Source: Zhou, Bousquet, Lal, Weston, Schölkopf, "Learning with local and global consistency", NeurIPS 2003
/// (2004). With W_ij = exp(-|x_i - x_j|² / 2σ²), W_ii = 0 and S = D^(-1/2) W D^(-1/2), D the row sums of W,
/// the scores are (I - αS)^(-1) Y.
#pragma once

#include <engram/plasticity/evaluate.hpp>

ENGRAM_PLASTICITY_BEGIN

/// The scores of all points, (points x classes). `y` has the one-hot rows of labelled points and rows of
/// zeros for the others; 0 < alpha < 1. Throws std::invalid_argument for an alpha or a sigma that is
/// impossible.
Array<double> label_spreading(const Array<double>& x, const Array<double>& y, double sigma, double alpha);

/// Spreads an episode's labels over all its points. The result has one column: there are no steps. The
/// training loss is that of the scores, made to sum to 1.
Learned spread_labels(const Episode<Array<double>>& episode, double sigma, double alpha);

ENGRAM_PLASTICITY_END
