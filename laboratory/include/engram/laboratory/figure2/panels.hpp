/// From results to pictures: curves over trials, and what becomes of the decision boundary on one test task.
#pragma once

#include <engram/laboratory/figure2/contest.hpp>
#include <engram/laboratory/figure2/drawing.hpp>
#include <engram/laboratory/film.hpp>

namespace engram::laboratory {

/// The rule and backprop, over all contestants. The boundary panels show the first test trial of the first
/// contestant on the first family, whatever became of it.
Figure2 figure2(const Options& options, const std::vector<Contestant>& contestants,
                const std::vector<FamilyResult>& results);

/// The same trial, step by step.
FilmStrip figure2_film(const Options& options, const std::vector<Contestant>& contestants,
                       const std::vector<FamilyResult>& results);

}  // namespace engram::laboratory
