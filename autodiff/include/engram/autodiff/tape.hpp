/// The tape: a growing list of operations on matrix-valued variables, and the program that they are.
///
/// An eager tape computes values as it records, so a program can be printed, branched on and debugged like
/// ordinary code. A tracing tape records shapes only; compiled functions and loop bodies are traced. There is
/// no global tape: one tape belongs to one thread, and there can be any number of them.
#pragma once

#include <engram/autodiff/operation.hpp>
#include <engram/autodiff/value.hpp>

#include <initializer_list>
#include <iosfwd>
#include <memory>
#include <span>
#include <string>
#include <utility>
#include <vector>

ENGRAM_AUTODIFF_BEGIN

template <class Scalar>
class Tape;

/// A handle to a value on a tape: two words, owns nothing. It is valid until the tape is cleared or rewound
/// past it; later use throws.
template <class S>
class Variable {
 public:
  using Scalar = S;

  /// No variable yet: any use but assignment is an error.
  Variable() = default;

  Shape shape() const;
  Index rows() const { return shape().rows; }
  Index columns() const { return shape().columns; }
  /// How many matrices there are.
  Index stack() const { return shape().stack; }
  /// The value, computed when the variable was recorded, as an Eigen *array*: `*`, `exp()`, `inverse()` and
  /// so on work entry by entry. A map of the tape's memory, valid as long as the variable. The matrices of a
  /// stack lie below each other. Throws while tracing.
  Eigen::Map<const Array<S>> value() const;
  /// The same as an Eigen *matrix*: `*` is the product of matrices, `inverse()` the inverse matrix.
  Eigen::Map<const Matrix<S>> matrix() const;
  /// A copy in an Eigen type of your choice, for instance `matrix<Eigen::VectorXd>()`, whose fixed sizes must
  /// be those of the variable.
  template <class Target>
  Target matrix() const {
    return detail::fitted<Target>(ConstView<S>{value().data(), shape()});
  }
  /// The number in a 1x1 variable.
  S item() const;
  /// Does not compile: says what to write.
  template <class... I>
  Variable operator()(const I&...) const {
    static_assert(detail::never<I...>,
                  "an entry of a variable is at(x, row, column), a variable again; the number in it is "
                  "x.value()(row, column)");
    return {};
  }

  Tape<S>& tape() const {
    if (!tape_) fail("variable", "it was never recorded: assign it a variable of a tape first");
    return *tape_;
  }
  std::uint32_t id() const { return id_; }

 private:
  friend class Tape<S>;
  Variable(Tape<S>* tape, std::uint32_t id, std::uint32_t epoch) : tape_(tape), id_(id), epoch_(epoch) {}

  Tape<S>* tape_ = nullptr;
  std::uint32_t id_ = 0;
  std::uint32_t epoch_ = 0;
};

/// What ops work on: a recorded variable, a plain value or, if they are elementwise, a number.
template <class T>
concept Differentiable = std::is_same_v<T, Variable<float>> || std::is_same_v<T, Variable<double>> ||
    std::is_same_v<T, Value<float>> || std::is_same_v<T, Value<double>> || std::is_same_v<T, Number<float>> ||
    std::is_same_v<T, Number<double>>;

/// Memory for values: grows by blocks, gives all back at once. Aligned to cache lines.
class ENGRAM_API Arena {
 public:
  /// A point to return to.
  struct Mark {
    std::size_t block = 0;
    std::size_t used = 0;
  };

  void* allocate(std::size_t bytes);
  Mark mark() const { return {block_, used_}; }
  void rewind(Mark m) { block_ = m.block, used_ = m.used; }
  /// Bytes reserved from the system; never shrinks before destruction.
  std::size_t capacity() const;

 private:
  struct Free {
    void operator()(std::byte* p) const;
  };
  struct Block {
    std::unique_ptr<std::byte[], Free> memory;
    std::size_t size;
  };
  std::vector<Block> blocks_;
  std::size_t block_ = 0;
  std::size_t used_ = 0;
};

/// The part of a program that operations belong to, and the line that opened it (see scope.hpp).
struct ScopeLabel {
  std::string path;  ///< names from the outermost to the innermost, with slashes between them
  const char* file;
  unsigned line;
};
/// Shared by the operations of a scope; null outside of all scopes.
using ScopePtr = std::shared_ptr<const ScopeLabel>;

namespace detail {
/// Throws `error`, which was just caught, again, with the scope in its text if there is one.
[[noreturn]] ENGRAM_API void rethrow_in_scope(const std::invalid_argument& error, const ScopePtr& scope);
/// A new number each time, by which a tape tells its handles from those of a former one at its address.
ENGRAM_API std::uint32_t next_epoch();
}  // namespace detail

/// The type of `tracing`.
struct Tracing {};
/// Makes a tape that records shapes only: `Tape<double> tape(tracing);`
inline constexpr Tracing tracing{};

/// A growing program, and the memory of its values. Scalar is float or double.
template <class Scalar>
class Tape {
  static_assert(std::is_same_v<Scalar, float> || std::is_same_v<Scalar, double>,
                "a tape is of float or double: Tape<float>, Tape<double>");

 public:
  /// Records and computes.
  Tape() = default;
  /// Records shapes only.
  explicit Tape(Tracing) : tracing_(true) {}
  Tape(const Tape&) = delete;
  Tape& operator=(const Tape&) = delete;

  /// An input that can be differentiated: a number, or a matrix.
  Variable<Scalar> variable(const Value<Scalar>& value) { return leaf(value.view(), false); }
  /// A value that is not an input. On a tracing tape it becomes part of the program.
  Variable<Scalar> constant(const Value<Scalar>& value) { return leaf(value.view(), true); }
  /// An input without a value, on a tracing tape.
  Variable<Scalar> placeholder(Shape shape);

  /// Whether it records shapes only.
  bool is_tracing() const { return tracing_; }
  /// How many values are recorded.
  std::size_t size() const { return slots_.size(); }
  /// Bytes held for values.
  std::size_t capacity() const { return arena_.capacity(); }

  /// Forgets everything and keeps the memory. All handles become invalid.
  void clear() { rewind({}); }
  /// How far the tape had come.
  struct Mark {
    std::size_t slots = 0, nodes = 0, inputs = 0;
    Arena::Mark arena;
    std::uint32_t epoch = 0;  // of the last slot
  };
  /// A point to return to with `rewind`, which forgets all that was recorded since. Rewinding to an earlier
  /// mark makes the later ones invalid.
  Mark mark() const {
    return {slots_.size(), nodes_.size(), inputs_.size(), arena_.mark(),
            slots_.empty() ? 0 : slots_.back().epoch};
  }
  void rewind(const Mark& m);

  // --- the program, for those who differentiate, compile or print it ---------------------------------------
  /// An operation, where its inputs stand in `inputs`, and which slots it writes.
  struct Node {
    OperationPtr<Scalar> operation;
    std::uint32_t first_input, input_count;
    std::uint32_t first_output, output_count;
    ScopePtr scope;  ///< null outside of all scopes
  };
  static constexpr std::uint32_t no_node = ~std::uint32_t{0};
  /// A recorded value.
  struct Slot {
    Shape shape;
    Scalar* data;        ///< null for what tracing leaves unknown
    std::uint32_t node;  ///< that computes it; no_node for inputs and constants
    std::uint32_t epoch;
    bool is_constant;
  };

  /// Records one operation; returns its first result, the others follow it. On an eager tape computes it as
  /// well.
  Variable<Scalar> record(OperationPtr<Scalar> operation, std::span<const Variable<Scalar>> inputs,
                          std::span<const Shape> results);
  /// The same by the inputs' ids, for those who have checked them.
  Variable<Scalar> record(OperationPtr<Scalar> operation, std::span<const std::uint32_t> inputs,
                          std::span<const Shape> results);

  std::span<const Node> nodes() const { return nodes_; }
  std::span<const Slot> slots() const { return slots_; }
  std::span<const std::uint32_t> inputs(const Node& n) const {
    return std::span(inputs_).subspan(n.first_input, n.input_count);
  }
  /// Where in its first input result k of an operation lies, if it is a part of it.
  std::optional<Index> part_of(const Node& n, std::uint32_t k) const {
    return n.operation->part(k, slots_[inputs_[n.first_input]].shape);
  }
  /// The handle of a recorded value.
  Variable<Scalar> at(std::uint32_t id) { return {this, id, slots_[id].epoch}; }
  /// Throws unless the handle belongs to this tape and is still valid; `where` names the user in the message.
  const Slot& check(const Variable<Scalar>& v, const char* where) const {
    if (v.tape_ != this || v.id_ >= slots_.size() || slots_[v.id_].epoch != v.epoch_) [[unlikely]]
      refuse(v, where);
    return slots_[v.id_];
  }

  /// The scope that operations are recorded in; returns the former one.
  ScopePtr exchange_scope(ScopePtr scope) { return std::exchange(scope_, std::move(scope)); }
  const ScopePtr& scope() const { return scope_; }

 private:
  [[noreturn]] void refuse(const Variable<Scalar>& v, const char* where) const;
  Variable<Scalar> leaf(ConstView<Scalar> value, bool is_constant);
  Scalar* allocate(const Shape& shape);
  std::uint32_t push(const Shape& shape, Scalar* data, std::uint32_t node, bool is_constant);

  std::vector<Node> nodes_;
  std::vector<Slot> slots_;
  std::vector<std::uint32_t> inputs_;
  Arena arena_;
  std::vector<std::uint32_t> ids_;  // of the inputs of the operation being recorded
  std::vector<ConstView<Scalar>> x_;
  std::vector<View<Scalar>> y_;
  ScopePtr scope_;
  std::uint32_t epoch_ = detail::next_epoch();
  bool tracing_ = false;
};

/// "(2,3)" and the numbers, row by row; while tracing "(2,3), traced".
template <class S>
std::ostream& operator<<(std::ostream& out, const Variable<S>& x);

template <class S>
Shape Variable<S>::shape() const {
  return tape().check(*this, "shape").shape;
}

extern template class Tape<float>;
extern template class Tape<double>;
extern template class Variable<float>;
extern template class Variable<double>;

ENGRAM_AUTODIFF_END
/// @cond
// Does not compile: says what to write in place of matrices of variables.
template <class S, int rows, int columns, int options, int max_rows, int max_columns>
class Eigen::Matrix<engram::autodiff::Variable<S>, rows, columns, options, max_rows, max_columns> {
  static_assert(
      engram::autodiff::detail::never<S>,
      "a Variable is a matrix already: record one of an Eigen::MatrixXd, or put parts together with "
      "concatenate; products are matmul(a, b) and dot(a, b). A template over scalars becomes an op by "
      "lift");

 public:
  template <class... T>
  explicit Matrix(const T&...);
  Matrix& operator<<(const engram::autodiff::Variable<S>&);
  Matrix& operator,(const engram::autodiff::Variable<S>&);
  engram::autodiff::Variable<S> dot(const Matrix&) const;
};
/// @endcond
