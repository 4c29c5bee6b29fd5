#include <engram/plasticity/network.hpp>

#include <algorithm>
#include <cmath>

ENGRAM_PLASTICITY_BEGIN

void validate(const Network& network) {
  if (network.sizes.size() < 2)
    autodiff::fail("network", "{} layers of neurons: an input layer and an output layer are the least",
                   network.sizes.size());
  check_bounds("network", network);
}

Synapses<Shape> synapse_shapes(const Network& network) {
  Synapses<Shape> s;
  for (std::size_t l = 0; l < network.depth(); ++l) {
    s.forward.push_back({network.neurons(l), network.sizes[l + 1]});
    s.feedback.push_back({network.sizes[network.feedback_source(l)], network.neurons(l)});
  }
  for (std::size_t l = 0; l <= network.depth(); ++l)
    s.lateral.push_back({network.neurons(l), network.neurons(l)});
  return s;
}

Synapses<Array<double>> initial_synapses(const Network& network, Random random) {
  validate(network);
  return map_leaves(synapse_shapes(network), [&](Shape s) {
    return normal(random, s.rows, s.columns, 1 / std::sqrt(static_cast<double>(s.rows)));
  });
}

ENGRAM_PLASTICITY_END
