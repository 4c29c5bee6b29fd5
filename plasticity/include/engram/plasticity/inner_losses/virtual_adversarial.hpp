/// Source: Miyato, Maeda, Koyama, Ishii, "Virtual adversarial training: a regularization method for
/// supervised and semi-supervised learning", IEEE Transactions on Pattern Analysis and Machine Intelligence
/// 41 (2018).
#pragma once

#include <engram/plasticity/inner_losses/supervised.hpp>

ENGRAM_PLASTICITY_BEGIN

/// KL(p(x) || p(x + r)) of each point, (points x 1), where p(x) are the answers at the given logits, through
/// which nothing flows back.
template <class T>
T answers_moved(const Network& network, const std::vector<T>& weights, const T& logits_at_x, const T& x,
                const T& r) {
  const T p = softmax(stop_gradient(logits_at_x));
  return cross_entropy(logits(network, weights, x + r), p) - cross_entropy(stop_gradient(logits_at_x), p);
}

/// Rows of length 1 in the same directions; rows of zeros stay.
template <class T>
T unit_rows(const T& x) {
  const T squares = autodiff::sum(square(x), 1);
  return x / sqrt(select(greater(squares, 0.0), squares, 1.0));
}

/// For each point the move of length epsilon that changes the answer most, by one step of the power method
/// from the direction `d`: the gradient of the change at a small move along d is the Hessian times d. Nothing
/// flows back through it.
template <class T>
T adversarial_move(const Network& network, const std::vector<T>& weights, const T& logits_at_x, const T& x,
                   const T& d, const T& epsilon) {
  constexpr double small = 1e-3;
  const T r = small * unit_rows(d);
  const T g = gradient(autodiff::sum(answers_moved(network, weights, logits_at_x, x, r)), r);
  return stop_gradient(epsilon * unit_rows(g));
}

/// The labelled loss plus the mean change of all points' answers under their worst moves. The number is
/// epsilon, the moves' length.
struct VirtualAdversarial : Objective<1, 1> {
  template <class T>
  T operator()(const Network& network, const std::vector<T>& weights, const StepData<T>& data,
               std::span<const T> numbers) const {
    const T& x = data.batch.x;
    const T z = logits(network, weights, x);
    const T move = adversarial_move(network, weights, z, x, data.noise[0], numbers[0]);
    return labelled_loss(z, data.batch) + mean(answers_moved(network, weights, z, x, move));
  }
};

ENGRAM_PLASTICITY_END
