/// A plain, immutable value: what ops compute with when nothing is recorded.
///
/// Every op runs on `Value` and on `Variable` alike, so a function written once as a template (or a generic
/// lambda) can be evaluated without a tape, and the rules of differentiation serve the recorded and the
/// unrecorded sweep.
#pragma once

#include <engram/autodiff/array.hpp>

#include <memory>

ENGRAM_AUTODIFF_BEGIN

/// A matrix whose copies share their memory.
template <class S>
class Value {
 public:
  using Scalar = S;

  /// An empty value, (0,0).
  Value() : Value(Shape{}) {}
  /// A 1x1 value.
  Value(S scalar) : Value(Shape{1, 1}) { data()[0] = scalar; }
  /// Copies an Eigen expression.
  template <class Derived>
  Value(const Eigen::DenseBase<Derived>& x) : Value(Shape{x.rows(), x.cols()}) {
    Eigen::Map<Array<S>>(data(), x.rows(), x.cols()) = x.derived().array();
  }
  /// Uninitialised, to be filled through data() by the one who makes it.
  explicit Value(Shape shape)
      : owner_(std::make_shared_for_overwrite<S[]>(static_cast<std::size_t>(shape.size()))),
        data_(owner_.get()),
        shape_(shape) {}
  /// Refers to memory of someone else, who must outlive it.
  static Value borrow(ConstView<S> x) { return Value(nullptr, const_cast<S*>(x.data), x.shape); }
  /// `size` values of this one from `offset` on, under another shape; shares the memory.
  Value alias(Index offset, Shape shape) const { return Value(owner_, data_ + offset, shape); }

  Shape shape() const { return shape_; }
  Index rows() const { return shape_.rows; }
  Index columns() const { return shape_.columns; }
  S* data() { return data_; }
  const S* data() const { return data_; }
  ConstView<S> view() const { return {data_, shape_}; }
  Eigen::Map<const Array<S>> array() const { return view().map(); }
  /// The number in a 1x1 value.
  S item() const {
    if (shape_ != Shape{1, 1}) fail("item", "the value has shape {}, not (1,1)", to_string(shape_));
    return data_[0];
  }

 private:
  Value(std::shared_ptr<S[]> owner, S* data, Shape shape)
      : owner_(std::move(owner)), data_(data), shape_(shape) {}

  std::shared_ptr<S[]> owner_;
  S* data_;
  Shape shape_;
};

ENGRAM_AUTODIFF_END
