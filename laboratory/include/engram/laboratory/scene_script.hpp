/// Tasks of two classes in the plane, and decision boundaries, in gnuplot's language.
#pragma once

#include <engram/laboratory/film.hpp>

#include <string>

namespace engram::laboratory {

/// The style of boundaries and the scene's points: to be set before the page.
std::string scene_script(const Scene& scene);

/// Plots class 1's probability on an even grid over the scene, the line where both classes are equally
/// likely, the first unlabelled points and the labelled ones. Margins and labels are the caller's.
std::string boundary_script(const Scene& scene, const plasticity::Array<double>& probability,
                            plasticity::Index unlabelled);

}  // namespace engram::laboratory
