/// Where rules are tested: two moons as in training, other networks, other task families.
#pragma once

#include <engram/laboratory/protocol.hpp>

namespace engram::laboratory {

/// Two moons in the network and for the steps of the training.
Setting usual_setting(const Options& options);

/// The rows of Figure 2: two moons as in training, and two kinds of Gaussians, which no rule has met: round
/// clouds, and "wishart_gaussians", whose covariances are random.
std::vector<plasticity::TaskFamily> usual_families(const Options& options);
/// These families, in the usual network.
std::vector<Setting> figure2_settings(const Options& options);

/// The family with the usual hidden layer, as many inputs and outputs as it has, and at least 5 labelled
/// points per class.
Setting setting_for(const Options& options, const plasticity::TaskFamily& family);
/// The settings of families by name: those of Figure 2 and of `other_tasks`. Throws std::invalid_argument
/// that lists the known ones, and for a name that stands there twice.
std::vector<Setting> settings_named(const Options& options, const std::vector<std::string>& names);

/// The network with so many hidden layers, all as wide as its first.
plasticity::Network with_hidden_layers(const plasticity::Network& network, std::size_t layers);

/// All families but two moons, digits last. In the plane every task lies in a place of its own.
std::vector<Setting> other_tasks(const Options& options);
/// What ranks must have in common for these: a line.
std::string line_of_data();

}  // namespace engram::laboratory
