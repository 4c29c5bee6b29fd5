#include <engram/plasticity/network.hpp>

#include <algorithm>
#include <cmath>

ENGRAM_PLASTICITY_BEGIN

void validate(const Network& network) {
  if (network.sizes.size() < 2)
    autodiff::fail("network", "{} layers of neurons: an input layer and an output layer are the least",
                   network.sizes.size());
  for (std::size_t l = 0; l < network.sizes.size(); ++l)
    if (network.sizes[l] < 1)
      autodiff::fail("network", "layer {} has {} neurons; every layer needs one", l, network.sizes[l]);
}

Synapses<Array<double>> initial_synapses(const Network& network, Random random) {
  validate(network);
  const auto drawn = [&](Index rows, Index columns) {
    return normal(random, rows, columns, 1 / std::sqrt(static_cast<double>(rows)));
  };
  Synapses<Array<double>> s;
  for (std::size_t l = 0; l < network.depth(); ++l)
    s.forward.push_back(drawn(network.neurons(l), network.sizes[l + 1]));
  for (std::size_t l = 0; l < network.depth(); ++l)
    s.feedback.push_back(drawn(network.sizes[l + 1], network.neurons(l)));
  for (std::size_t l = 0; l <= network.depth(); ++l)
    s.lateral.push_back(drawn(network.neurons(l), network.neurons(l)));
  return s;
}

ENGRAM_PLASTICITY_END
