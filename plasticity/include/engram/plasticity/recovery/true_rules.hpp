/// Rules that are known, as coefficients: what recovery is tested on.
#pragma once

#include <engram/plasticity/recovery/trajectories.hpp>
#include <engram/plasticity/registry.hpp>

ENGRAM_PLASTICITY_BEGIN

/// A rule that is known.
struct TrueRule {
  std::string_view name;
  std::string_view title;
  std::string_view source;
  /// Its coefficients in a layer; those of a random rule are drawn from the stream. Throws
  /// std::invalid_argument if the form lacks a term.
  Array<double> (*coefficients)(const PlasticLayer& layer, const TaylorForm& form, const Random& random);
};

/// All of them:
///
///     oja          x y - y² w
///     bcm          x y² - x y m, where m is the slow mean of y²: the sliding threshold
///     covariance   (x - μ)(y - 0.2), where μ is the known mean of the inputs
///     polynomial   a decay of the weights and three terms drawn at random, of those without m and of degree
///                  1 to 3, with coefficients of 0.3 to 1 of either sign; drawn again until weights change
///                  and stay within 3 in two trajectories of 100 steps
const std::vector<TrueRule>& true_rules();
/// The one of that name. Throws std::invalid_argument that lists the known ones.
const TrueRule& true_rule(std::string_view name);

ENGRAM_PLASTICITY_END
