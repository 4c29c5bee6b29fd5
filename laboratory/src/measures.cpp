#include <engram/laboratory/measures.hpp>

#include <vector>

namespace engram::laboratory {

using namespace plasticity;

namespace {

std::vector<double> column(const Array<double>& rows, Index c) {
  return {rows.col(c).begin(), rows.col(c).end()};
}

}  // namespace

MeanAndError mean_accuracy(const Evaluation& e, Index step) {
  return mean_and_error(column(e.accuracy, step));
}

MeanAndError mean_train_loss(const Evaluation& e, Index step) {
  return mean_and_error(column(e.train_loss, step));
}

Interval paired_gain(const Evaluation& a, const Evaluation& b) {
  return interval_of((a.accuracy.col(a.last()) - b.accuracy.col(b.last())).transpose());
}

}  // namespace engram::laboratory
