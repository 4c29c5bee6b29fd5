#include <engram/plasticity/label_spreading.hpp>
#include <engram/plasticity/meta_loss.hpp>

#include <Eigen/Cholesky>

#include <algorithm>

ENGRAM_PLASTICITY_BEGIN
namespace {

using Matrix = Eigen::MatrixXd;

}  // namespace

Array<double> label_spreading(const Array<double>& x, const Array<double>& y, double sigma, double alpha) {
  if (!(sigma > 0)) autodiff::fail("label_spreading", "sigma is {}: it must be positive", sigma);
  if (!(alpha > 0 && alpha < 1)) autodiff::fail("label_spreading", "alpha is {}: give 0 < alpha < 1", alpha);
  const Eigen::ArrayXd squares = x.square().rowwise().sum();
  Matrix w = -2 * (x.matrix() * x.matrix().transpose());
  w.colwise() += squares.matrix();
  w.rowwise() += squares.matrix().transpose();
  w = (w.array().max(0) / (-2 * sigma * sigma)).exp().matrix();
  w.diagonal().setZero();
  // A point without neighbours keeps its own label, or none.
  const Eigen::VectorXd root = w.rowwise().sum().array().max(1e-300).rsqrt().matrix();
  const Matrix system =
      Matrix::Identity(w.rows(), w.cols()) - alpha * (root.asDiagonal() * w * root.asDiagonal());
  return system.llt().solve(y.matrix()).array();
}

Learned spread_labels(const Episode<Array<double>>& e, double sigma, double alpha) {
  const Index labelled = e.labelled_x.rows(), query = e.query_x.rows();
  const Array<double> unlabelled = unlabelled_points(e);
  Array<double> x(labelled + query + unlabelled.rows(), e.query_x.cols());
  x << e.labelled_x, e.query_x, unlabelled;
  Array<double> y = Array<double>::Zero(x.rows(), e.query_targets.cols());
  y.topRows(labelled) = e.labelled_targets;

  const Array<double> scores = label_spreading(x, y, sigma, alpha);
  const Array<double> answers = scores.middleRows(labelled, query);
  double loss = 0;
  for (Index i = 0; i < labelled; ++i) {
    const double own = (scores.row(i) * e.labelled_targets.row(i)).sum() / scores.row(i).sum();
    loss -= std::log(own);
  }
  return {accuracy(Value<double>(answers), Value<double>(e.query_targets)).array(),
          Array<double>::Constant(1, 1, loss / static_cast<double>(labelled)),
          {}};
}

ENGRAM_PLASTICITY_END
