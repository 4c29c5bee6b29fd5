/// What is known of a family of tasks before anybody learns one.
#pragma once

#include <engram/laboratory/laboratory.hpp>
#include <engram/laboratory/statistics.hpp>
#include <engram/plasticity/task.hpp>

#include <optional>

namespace engram::laboratory {

/// A piece with the best accuracy that any classifier can have, the mean over the tasks of the trials of that
/// stream.
Piece bayes_piece(const Laboratory& lab, const std::string& name, const plasticity::TaskFamily& family,
                  const plasticity::Random& stream);
/// A piece with the negentropy of the classes, the mean over the same tasks: how far they are from normal
/// clouds.
Piece negentropy_piece(const Laboratory& lab, const std::string& name, const plasticity::TaskFamily& family,
                       const plasticity::Random& stream);
/// What such a piece found. Nothing if the family does not know its densities.
std::optional<MeanAndError> fact(const Laboratory& lab, const std::string& piece);

}  // namespace engram::laboratory
