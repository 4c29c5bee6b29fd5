/// The task families that rules are tested on besides two moons.
#pragma once

#include "protocol.hpp"

namespace engram::demos {

/// Two Gaussians, circles, XOR, spirals, pinwheel and digits, with the usual hidden layer, as many inputs and
/// outputs as the family has, and at least 5 labelled points per class. In the plane every task lies in a
/// place of its own.
std::vector<Setting> other_tasks(const Options& options);

}  // namespace engram::demos
