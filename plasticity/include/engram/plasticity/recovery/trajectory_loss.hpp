/// How far a rule's trajectories are from those observed, and how that changes with the rule's coefficients:
/// derivatives through the whole trajectory, compiled once, run on all cores.
#pragma once

#include <engram/plasticity/recovery/trajectories.hpp>

#include <memory>

ENGRAM_PLASTICITY_BEGIN

/// The leaves of one trajectory's observations.
template <class T>
struct ObservationLeaves {
  T inputs, start, values, mask;

  static constexpr auto members = std::tuple{&ObservationLeaves::inputs, &ObservationLeaves::start,
                                             &ObservationLeaves::values, &ObservationLeaves::mask};
};

/// What the rule predicts minus what is observed, 0 where nothing is.
template <Differentiable T>
T residuals(const PlasticLayer& layer, const TaylorForm& form, Observed what, const T& coefficients,
            const ObservationLeaves<T>& o) {
  return o.mask * (seen(what, follow(layer, form, coefficients, o.inputs, o.start)) - o.values);
}

/// The mean square of all residuals near some coefficients, as a quadratic form of their change d
/// (Gauss-Newton): r = r_0 + J d.
struct LinearisedLoss {
  double loss = 0;
  Eigen::VectorXd gradient;   ///< 2 Jᵀ r_0 / number of observations
  Eigen::MatrixXd curvature;  ///< 2 Jᵀ J / number of observations
};

/// How far a rule is from what was seen of some trajectories, as a function of its coefficients.
class TrajectoryLoss {
 public:
  /// For observations of this kind, trajectory by trajectory. Throws std::invalid_argument for settings out
  /// of their bounds, if there are no observations, and if one of them has another shape than the layer's.
  TrajectoryLoss(const PlasticLayer& layer, const TaylorForm& form, Observed what,
                 std::vector<Observations> observations);
  ~TrajectoryLoss();

  std::size_t trajectories() const;
  /// The sum of squared residuals of each trajectory divided by the mean number of observations of one: their
  /// mean is the mean square of all residuals. Infinite where the trajectory runs away.
  std::vector<double> losses(const Array<double>& coefficients) const;
  /// The mean of them.
  double operator()(const Array<double>& coefficients) const;
  /// The same, with derivatives with respect to the coefficients that are `free`, in their order. Results are
  /// added up in the order of trajectories: the same bits for any number of threads.
  LinearisedLoss linearised(const Array<double>& coefficients, const std::vector<Index>& free) const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

ENGRAM_PLASTICITY_END
