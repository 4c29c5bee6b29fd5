/// Where rules are tested: two moons as in training, other networks, other task families.
#pragma once

#include <engram/laboratory/protocol.hpp>

namespace engram::laboratory {

/// Two moons in the network and for the steps of the training.
Setting usual_setting(const Options& options);

/// Two moons as in training, and two Gaussians, which no rule has met.
std::vector<plasticity::TaskFamily> usual_families(const Options& options);

/// The network with so many hidden layers, all as wide as its first.
plasticity::Network with_hidden_layers(const plasticity::Network& network, std::size_t layers);

/// Two Gaussians, circles, XOR, spirals, pinwheel and digits, with the usual hidden layer, as many inputs and
/// outputs as the family has, and at least 5 labelled points per class. In the plane every task lies in a
/// place of its own.
std::vector<Setting> other_tasks(const Options& options);

}  // namespace engram::laboratory
