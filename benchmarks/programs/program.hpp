/// What both sides of every program are. Each is written twice: as a user of engram writes it (engram/), and
/// by hand in Eigen (by_hand/), compiled for this machine. The inputs are in inputs.hpp.
#pragma once

#include <functional>
#include <vector>

namespace engram::bench::programs {

/// Computes a value and its derivatives, in the order that inputs.hpp tells; the first call sets their
/// number.
using Program = std::function<void(std::vector<double>& results)>;

/// What engram's loop keeps for its derivative. By hand everything is kept.
enum class Kept { everything, carries, ten_snapshots };

Program logistic_hessian();
Program gaussian_process();
Program kalman_filter();
Program lotka_volterra(Kept kept);
Program lotka_volterra_by_lift(int steps_per_operation);
Program camera_jacobians();
Program camera_jacobians_in_columns();
Program adaptive_steps();
Program hierarchical_model();
Program heat_equation();
Program equilibrium();
Program running_sum();
Program parameter_sets();
Program solve();
Program inverse();
Program cholesky();

}  // namespace engram::bench::programs
