#include <engram/plasticity/recovery/trajectory_loss.hpp>

#include <tbb/enumerable_thread_specific.h>
#include <tbb/parallel_for.h>

#include <cmath>
#include <limits>

ENGRAM_PLASTICITY_BEGIN
namespace {

using V = Variable<double>;
using CompiledLoss = autodiff::Function<double>;

ObservationLeaves<Shape> shapes_of(const PlasticLayer& l, Observed what) {
  const Shape of_what{what == Observed::weights ? l.steps * l.inputs : l.steps, l.outputs};
  return {{l.steps, l.inputs}, {l.inputs, l.outputs}, of_what, of_what};
}

/// A function of all observations' leaves behind `before` matrices of the coefficients' shape.
template <class F>
CompiledLoss compiled(const TaylorForm& form, const ObservationLeaves<Shape>& leaves, std::size_t before,
                      const F& function) {
  std::vector<Shape> shapes(before, form.shape());
  for (const Shape s : flatten(leaves)) shapes.push_back(s);
  return autodiff::compile<double>(
      [&](std::span<const V> in) {
        return function(in.first(before), unflatten(leaves, in.subspan(before)));
      },
      shapes);
}

/// A compiled function that many threads run.
struct Shared {
  explicit Shared(CompiledLoss f) : function(std::move(f)) {}

  void operator()(std::initializer_list<const double*> first, const Observations& o, double* y) {
    std::vector<const double*> in(first);
    for (const auto* a : {&o.inputs, &o.start, &o.values, &o.mask}) in.push_back(a->data());
    function.run(workspaces.local(), in, std::span<double* const>(&y, 1));
  }

  CompiledLoss function;
  tbb::enumerable_thread_specific<CompiledLoss::Workspace> workspaces{
      [this] { return function.workspace(); }};
};

}  // namespace

struct TrajectoryLoss::Impl {
  Impl(const PlasticLayer& layer, const TaylorForm& form, Observed what, std::vector<Observations> o)
      : leaves(shapes_of(layer, what)),
        observations(std::move(o)),
        value(compiled(form, leaves, 1,
                       [&](std::span<const V> p, const ObservationLeaves<V>& data) {
                         return std::vector{residuals(layer, form, what, p[0], data)};
                       })),
        tangent(compiled(form, leaves, 2, [&](std::span<const V> p, const ObservationLeaves<V>& data) {
          const V r = residuals(layer, form, what, p[0], data);
          return autodiff::jvp(std::span(&r, 1), p.first(1), p.last(1));
        })) {
    for (const Observations& one : observations) seen += one.mask.sum();
  }

  /// A row for each trajectory's residuals, or how they move along a direction.
  Eigen::VectorXd run(Shared& f, std::initializer_list<const double*> first, const Observations& o) {
    Eigen::VectorXd y(leaves.values.size());
    f(first, o, y.data());
    return y;
  }

  ObservationLeaves<Shape> leaves;
  std::vector<Observations> observations;
  Shared value, tangent;
  double seen = 0;  ///< how many numbers
};

TrajectoryLoss::TrajectoryLoss(const PlasticLayer& layer, const TaylorForm& form, Observed what,
                               std::vector<Observations> observations) {
  validate(layer);
  check_bounds("Taylor form", form);
  const ObservationLeaves<Shape> leaves = shapes_of(layer, what);
  const auto require = [](const char* name, const Array<double>& a, Shape wanted) {
    if (const Shape shape{a.rows(), a.cols()}; shape != wanted)
      autodiff::fail("trajectory loss", "{} of shape {}, where the layer needs {}", name, to_string(shape),
                     to_string(wanted));
  };
  for (const Observations& o : observations) {
    require("inputs", o.inputs, leaves.inputs);
    require("first weights", o.start, leaves.start);
    require("values", o.values, leaves.values);
    require("a mask", o.mask, leaves.mask);
  }
  impl_ = std::make_unique<Impl>(layer, form, what, std::move(observations));
  if (!(impl_->seen > 0))
    autodiff::fail("trajectory loss", "nothing is observed: give trajectories of which something is seen");
}
TrajectoryLoss::~TrajectoryLoss() = default;

std::size_t TrajectoryLoss::trajectories() const { return impl_->observations.size(); }

std::vector<double> TrajectoryLoss::losses(const Array<double>& coefficients) const {
  const std::size_t count = trajectories();
  std::vector<double> all(count);
  tbb::parallel_for(std::size_t{0}, count, [&](std::size_t i) {
    const double sum = impl_->run(impl_->value, {coefficients.data()}, impl_->observations[i]).squaredNorm();
    all[i] = std::isfinite(sum) ? sum * static_cast<double>(count) / impl_->seen
                                : std::numeric_limits<double>::infinity();
  });
  return all;
}

double TrajectoryLoss::operator()(const Array<double>& coefficients) const {
  double sum = 0;
  for (const double loss : losses(coefficients)) sum += loss;
  return sum / static_cast<double>(trajectories());
}

LinearisedLoss TrajectoryLoss::linearised(const Array<double>& coefficients,
                                          const std::vector<Index>& free) const {
  const auto n = static_cast<Index>(free.size());
  std::vector<LinearisedLoss> parts(trajectories());
  tbb::parallel_for(std::size_t{0}, parts.size(), [&](std::size_t i) {
    const Observations& o = impl_->observations[i];
    const Eigen::VectorXd r = impl_->run(impl_->value, {coefficients.data()}, o);
    Eigen::MatrixXd jacobian(r.size(), n);
    Array<double> direction = Array<double>::Zero(coefficients.rows(), coefficients.cols());
    for (Index k = 0; k < n; ++k) {
      double& entry = direction.data()[free[static_cast<std::size_t>(k)]];
      entry = 1;
      jacobian.col(k) = impl_->run(impl_->tangent, {coefficients.data(), direction.data()}, o);
      entry = 0;
    }
    Eigen::MatrixXd square = Eigen::MatrixXd::Zero(n, n);
    square.selfadjointView<Eigen::Lower>().rankUpdate(jacobian.transpose());
    parts[i] = {r.squaredNorm(), jacobian.transpose() * r, square.selfadjointView<Eigen::Lower>()};
  });
  LinearisedLoss all{0, Eigen::VectorXd::Zero(n), Eigen::MatrixXd::Zero(n, n)};
  for (const LinearisedLoss& part : parts) {
    all.loss += part.loss / impl_->seen;
    all.gradient += 2 / impl_->seen * part.gradient;
    all.curvature += 2 / impl_->seen * part.curvature;
  }
  return all;
}

ENGRAM_PLASTICITY_END
