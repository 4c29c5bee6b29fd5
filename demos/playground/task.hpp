/// What the playground's networks learn: a task of a family, or points drawn by hand.
#pragma once

#include <engram/plasticity/episode.hpp>

#include <nlohmann/json.hpp>

#include <string>
#include <vector>

namespace engram::demos::playground {

using Json = nlohmann::json;
using plasticity::Array;
using plasticity::Index;
using Episode = plasticity::Episode<Array<double>>;

/// The names of the families, all in the plane and of two classes.
std::vector<std::string> family_names();

/// An episode as the request asks for it, and how many labelled and unlabelled points it shows in a step. Of
/// the request: "family" (a name, or "drawn"), "noise" (null: the family's own), "labelled", "unlabelled",
/// "steps", "query", "seed"; "moved", a list of [index, x, y] of labelled points that lie elsewhere; "drawn",
/// a list of [x, y, class], class 2 having no label. Throws std::invalid_argument.
struct Drawn {
  Episode episode;
  plasticity::EpisodeSettings settings;
};
Drawn draw(const Json& request, const plasticity::Network& network);

/// The settings of the request.
plasticity::EpisodeSettings settings_of(const Json& request);
/// The family of the request. Throws std::invalid_argument that lists the known ones.
plasticity::TaskFamily family_of(const Json& request);

}  // namespace engram::demos::playground
