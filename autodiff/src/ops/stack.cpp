// All of these see a stack as one matrix, with a row for each matrix of the stack.
#include <engram/autodiff/ops.hpp>

#include "as_rows.hpp"
#include "instantiate.hpp"

ENGRAM_AUTODIFF_BEGIN
namespace {

template <class T>
T from_rows(const T& rows, Shape matrix) {
  return restack(rows, {matrix.rows, matrix.columns, rows.rows()});
}

}  // namespace

template <Differentiable T>
T stack(std::span<const T> parts) {
  if (parts.empty()) fail("stack", "needs at least one matrix");
  const Shape matrix = parts[0].shape().matrix();
  std::vector<T> rows;
  for (const T& part : parts) {
    if (part.shape().matrix() != matrix)
      fail("stack", "{} and {} do not fit: all matrices of a stack have one shape", to_string(matrix),
           to_string(part.shape()));
    rows.push_back(as_rows(part));
  }
  return from_rows(concatenate(rows, 0), matrix);
}

template <Differentiable T>
std::vector<T> unstack(const T& x) {
  if (x.stack() == 1) return {x};
  std::vector<T> parts = split(as_rows(x), std::vector<Index>(static_cast<std::size_t>(x.stack()), 1), 0);
  for (T& part : parts) part = from_rows(part, x.shape());
  return parts;
}

template <Differentiable T>
T slice_stack(const T& x, Index first, Index count) {
  return from_rows(slice_rows(as_rows(x), first, count), x.shape());
}

template <Differentiable T>
T repeat_stack(const T& x, Index count) {
  if (x.stack() != 1) fail("repeat_stack", "{} is a stack already", to_string(x.shape()));
  if (count < 0) fail("repeat_stack", "{} times; there cannot be less than 0", count);
  const T row = as_rows(x);
  return from_rows(broadcast_to(row, {count, row.columns()}), x.shape());
}

template <Differentiable T>
T sum_stack(const T& x) {
  return x.stack() == 1 ? x : from_rows(sum(as_rows(x), 0), x.shape());
}

template <Differentiable T>
T mean_stack(const T& x) {
  return x.stack() == 1 ? x : from_rows(mean(as_rows(x), 0), x.shape());
}

template <Differentiable T>
T fit_stack(T x, Index count) {
  if (x.stack() == count) return x;
  if (count == 1) return sum_stack(x);
  return repeat_stack(x, count);
}

#define ENGRAM_INSTANTIATE(T)                     \
  template T stack(std::span<const T>);           \
  template std::vector<T> unstack(const T&);      \
  template T slice_stack(const T&, Index, Index); \
  template T repeat_stack(const T&, Index);       \
  template T sum_stack(const T&);                 \
  template T mean_stack(const T&);                \
  template T fit_stack(T, Index);
ENGRAM_FOR_ALL(ENGRAM_INSTANTIATE)

ENGRAM_AUTODIFF_END
