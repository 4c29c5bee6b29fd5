/// A plain value: what ops compute with when nothing is recorded.
///
/// Every op runs on `Value` and on `Variable` alike, so a function written once as a template (or a generic
/// lambda) can be evaluated without a tape, and the rules of differentiation serve the recorded and the
/// unrecorded sweep.
#pragma once

#include <engram/autodiff/array.hpp>

#include <algorithm>
#include <cstdint>
#include <iosfwd>
#include <memory>

ENGRAM_AUTODIFF_BEGIN

namespace detail {

/// An Eigen map of a value's memory, which it keeps alive.
template <class Plain>
class KeptMap : public Eigen::Map<const Plain> {
 public:
  using Scalar = typename Plain::Scalar;
  KeptMap(std::shared_ptr<const Scalar[]> owner, ConstView<Scalar> x)
      : Eigen::Map<const Plain>(x.data, x.shape.stack * x.shape.rows, x.shape.columns),
        owner_(std::move(owner)) {}

 private:
  std::shared_ptr<const Scalar[]> owner_;
};

/// x in an Eigen type whose fixed sizes must be those of x. (Eigen itself checks that in debug builds only.)
template <class Target, class S>
Target fitted(ConstView<S> x) {
  constexpr Index rows = Target::RowsAtCompileTime, columns = Target::ColsAtCompileTime;
  if (x.shape.stack != 1) fail("matrix", "{} is a stack; take one of its matrices", to_string(x.shape));
  if (rows != Eigen::Dynamic && rows != x.shape.rows)
    fail("matrix", "the value has shape {}, the Eigen type {} row(s)", to_string(x.shape), rows);
  if (columns != Eigen::Dynamic && columns != x.shape.columns)
    fail("matrix", "the value has shape {}, the Eigen type {} column(s)", to_string(x.shape), columns);
  return Target(Eigen::Map<const Matrix<S>>(x.data, x.shape.rows, x.shape.columns));
}

}  // namespace detail

/// A matrix, or a stack of matrices of one shape. Copies share their memory until one of them is written to,
/// which then gets memory of its own. The memory is aligned to cache lines.
template <class S>
class Value {
 public:
  using Scalar = S;

  /// An empty value, (0,0).
  Value() : Value(Shape{}) {}
  /// A 1x1 value.
  Value(S scalar) : Value(Shape{1, 1}) { *data_ = scalar; }
  /// Copies an Eigen expression.
  template <class Derived>
  Value(const Eigen::DenseBase<Derived>& x) : Value(Shape{x.rows(), x.cols()}) {
    Eigen::Map<Array<S>>(data_, x.rows(), x.cols()) = x.derived().array();
  }
  /// Uninitialised, to be filled through data() by the one who makes it.
  explicit Value(Shape shape) : shape_(checked("value", shape)) { allocate(); }
  /// Refers to memory of someone else, who must outlive it and its copies.
  static Value borrow(ConstView<S> x) { return Value(nullptr, const_cast<S*>(x.data), x.shape); }
  /// `size` values of this one from `offset` on, under another shape; shares the memory.
  Value alias(Index offset, Shape shape) const { return Value(owner_, data_ + offset, shape); }
  /// A value with these entries that borrows from nobody: itself, or a copy.
  Value owned() const { return owner_ ? *this : copy(); }

  Shape shape() const { return shape_; }
  Index rows() const { return shape_.rows; }
  Index columns() const { return shape_.columns; }
  /// How many matrices there are.
  Index stack() const { return shape_.stack; }
  /// The entries, matrix by matrix, row by row, to be written: no other value changes.
  S* data() {
    if (owner_.use_count() != 1) *this = copy();
    return data_;
  }
  /// The entries, matrix by matrix, row by row. Valid as long as this value.
  const S* data() const { return data_; }
  ConstView<S> view() const { return {data_, shape_}; }
  /// The value as an Eigen array: `*`, `exp()` and so on work entry by entry. It keeps the memory alive. The
  /// matrices of a stack lie below each other.
  detail::KeptMap<Array<S>> array() const { return {owner_, view()}; }
  /// The value as an Eigen matrix: `*` is the product of matrices. It keeps the memory alive.
  detail::KeptMap<Matrix<S>> matrix() const { return {owner_, view()}; }
  /// A copy in an Eigen type of your choice, for instance `matrix<Eigen::VectorXd>()`, whose fixed sizes must
  /// be those of the value.
  template <class Target>
  Target matrix() const {
    return detail::fitted<Target>(view());
  }
  /// The number in a 1x1 value.
  S item() const {
    if (shape_ != Shape{1, 1}) fail("item", "the value has shape {}, not (1,1)", to_string(shape_));
    return *data_;
  }

 private:
  Value(std::shared_ptr<S[]> owner, S* data, Shape shape)
      : owner_(std::move(owner)), data_(data), shape_(shape) {}

  Value copy() const {
    Value result(shape_);
    std::copy_n(data_, shape_.size(), result.data_);
    return result;
  }

  void allocate() {
    constexpr std::size_t cache_line = 64, slack = cache_line / sizeof(S);
    owner_ = std::make_shared_for_overwrite<S[]>(static_cast<std::size_t>(shape_.size()) + slack);
    const auto past = reinterpret_cast<std::uintptr_t>(owner_.get()) % cache_line;
    data_ = owner_.get() + (cache_line - past) % cache_line / sizeof(S);
  }

  std::shared_ptr<S[]> owner_;
  S* data_ = nullptr;
  Shape shape_;
};

/// "(2,3)" and the numbers, row by row.
template <class S>
std::ostream& operator<<(std::ostream& out, const Value<S>& x);

ENGRAM_AUTODIFF_END
