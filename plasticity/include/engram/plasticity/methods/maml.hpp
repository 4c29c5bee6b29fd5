/// A meta-learned initialisation, followed by gradient descent on the labelled points.
///
/// Source: Finn, Abbeel, Levine, "Model-agnostic meta-learning for fast adaptation of deep networks", ICML
/// 2017. The meta-gradient is exact: it goes through the inner gradients. The inner step size is learned too,
/// as in Li, Zhou, Chen, Li, "Meta-SGD: learning to learn quickly for few-shot learning", 2017, but one
/// number for all weights.
#pragma once

#include <engram/plasticity/inner_losses/supervised.hpp>
#include <engram/plasticity/methods/gradient_descent.hpp>

ENGRAM_PLASTICITY_BEGIN

/// The parameters are the initial forward weights and the logarithm of the step size (1x1).
struct Maml {
  Network network;
  double first_step_size = 0.3;  ///< where its meta-training starts

  std::vector<Shape> parameters() const {
    std::vector<Shape> shapes = synapse_shapes(network).forward;
    shapes.push_back({1, 1});
    return shapes;
  }

  std::vector<Array<double>> initial(Random random) const {
    std::vector<Array<double>> leaves = initial_synapses(network, random).forward;
    leaves.push_back(Array<double>::Constant(1, 1, std::log(first_step_size)));
    return leaves;
  }

  template <class T>
  std::vector<T> start(const Synapses<T>&, std::span<const T> parameters) const {
    return {parameters.begin(), parameters.end() - 1};
  }

  template <class T>
  std::vector<T> step(std::span<const T> carry, const StepData<T>& data,
                      std::span<const T> parameters) const {
    const std::vector<T> step_size{exp(parameters.back())};
    return GradientDescent<Supervised>{network}.step(carry, data, std::span<const T>(step_size));
  }
};

ENGRAM_PLASTICITY_END
