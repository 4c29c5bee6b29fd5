#include <engram/autodiff/transform.hpp>

ENGRAM_AUTODIFF_BEGIN
namespace {

/// 1 at one entry of each matrix, else 0.
template <class S>
Variable<S> unit_like(const Variable<S>& x, Index entry) {
  Array<S> e = Array<S>::Zero(x.rows(), x.columns());
  e.data()[entry] = 1;
  return fit_stack(constant_like(x, Value<S>(e)), x.stack());
}

template <class S>
Variable<S> as_row(const Variable<S>& x) {
  return reshape(x, {1, x.shape().matrix().size()});
}

}  // namespace

template <class S>
std::vector<Variable<S>> jacobian(const Variable<S>& y, const std::vector<Variable<S>>& x) {
  using V = Variable<S>;
  Index inputs = 0;
  for (const V& v : x) inputs += v.shape().matrix().size();
  const Index outputs = y.shape().matrix().size();
  std::vector<std::vector<V>> rows(x.size());  // of each block; of its transpose when going forwards

  if (outputs <= inputs) {
    for (Index k = 0; k < outputs; ++k) {
      const V unit = unit_like(y, k);
      const auto x_bar = vjp<S>(std::span(&y, 1), std::span<const V>(&unit, 1), x);
      for (std::size_t i = 0; i < x.size(); ++i) rows[i].push_back(as_row(x_bar[i]));
    }
  } else {
    for (std::size_t i = 0; i < x.size(); ++i)
      for (Index k = 0; k < x[i].shape().matrix().size(); ++k) {
        const V unit = unit_like(x[i], k);
        const auto y_dot = jvp<S>(std::span(&y, 1), std::span(&x[i], 1), std::span<const V>(&unit, 1));
        rows[i].push_back(as_row(y_dot[0]));
      }
  }
  std::vector<V> blocks;
  for (std::size_t i = 0; i < x.size(); ++i) {
    if (rows[i].empty())  // a matrix without entries on one side
      blocks.push_back(constant_like(y, Value<S>(Array<S>::Zero(outputs, x[i].shape().matrix().size()))));
    else
      blocks.push_back(outputs <= inputs ? concatenate(rows[i], 0) : transpose(concatenate(rows[i], 0)));
  }
  return blocks;
}

template std::vector<Variable<float>> jacobian(const Variable<float>&, const std::vector<Variable<float>>&);
template std::vector<Variable<double>> jacobian(const Variable<double>&,
                                                const std::vector<Variable<double>>&);

ENGRAM_AUTODIFF_END
