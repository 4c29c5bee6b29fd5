/// What a method makes of one task of two classes in the plane, step by step.
#pragma once

#include <engram/laboratory/film.hpp>
#include <engram/plasticity/method.hpp>

namespace engram::laboratory {

/// A rectangle around the query points, the labelled points, and at most 500 unlabelled ones.
Scene scene_of(const plasticity::Episode<plasticity::Array<double>>& episode,
               const plasticity::EpisodeSettings& settings);

/// Class 1's probability on an even grid over the rectangle; row i goes from the lowest y to the highest.
plasticity::Array<double> probability_on(const Scene& scene, plasticity::Index grid,
                                         const plasticity::Network& network,
                                         const std::vector<plasticity::Array<double>>& weights);

/// The boundary before the first step and after each. For methods that want no random numbers.
Film film_of(const std::string& title, const plasticity::Method& method,
             const std::vector<plasticity::Array<double>>& parameters,
             const plasticity::Episode<plasticity::Array<double>>& episode,
             const plasticity::EpisodeSettings& settings, const Scene& scene);

}  // namespace engram::laboratory
