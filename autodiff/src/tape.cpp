#include <engram/autodiff/tape.hpp>

#include <algorithm>
#include <atomic>
#include <bit>
#include <new>

ENGRAM_AUTODIFF_BEGIN

namespace {
constexpr std::size_t cache_line = 64;
constexpr std::size_t smallest_block = std::size_t{1} << 16;
}  // namespace

void Arena::Free::operator()(std::byte* p) const { ::operator delete[](p, std::align_val_t{cache_line}); }

void* Arena::allocate(std::size_t bytes) {
  // What fits in a cache line, a number or a vector, lies in one.
  const std::size_t alignment = std::min(std::bit_ceil(bytes), cache_line);
  used_ = (used_ + alignment - 1) & ~(alignment - 1);
  while (block_ < blocks_.size() && used_ + bytes > blocks_[block_].size) ++block_, used_ = 0;
  if (block_ == blocks_.size()) {
    const std::size_t size =
        std::max({bytes, smallest_block, capacity()});  // doubling: few blocks, however long
    auto* memory = static_cast<std::byte*>(::operator new[](size, std::align_val_t{cache_line}));
    blocks_.push_back({std::unique_ptr<std::byte[], Free>(memory), size});
  }
  void* p = blocks_[block_].memory.get() + used_;
  used_ += bytes;
  return p;
}

std::size_t Arena::capacity() const {
  std::size_t total = 0;
  for (const Block& b : blocks_) total += b.size;
  return total;
}

std::uint32_t detail::next_epoch() {
  static std::atomic<std::uint32_t> last = 0;
  return last.fetch_add(1, std::memory_order_relaxed) + 1;
}

template <class Scalar>
Scalar* Tape<Scalar>::allocate(const Shape& shape) {
  return static_cast<Scalar*>(arena_.allocate(static_cast<std::size_t>(shape.size()) * sizeof(Scalar)));
}

template <class Scalar>
std::uint32_t Tape<Scalar>::push(const Shape& shape, Scalar* data, std::uint32_t node, bool is_constant) {
  slots_.push_back({shape, data, node, epoch_, is_constant});
  return static_cast<std::uint32_t>(slots_.size() - 1);
}

template <class Scalar>
Variable<Scalar> Tape<Scalar>::leaf(ConstView<Scalar> value, bool is_constant) {
  if (tracing_ && !is_constant)
    fail("variable", "a tracing tape has placeholders and constants only; pass the value as an argument");
  Scalar* data = allocate(value.shape);
  std::copy_n(value.data, value.shape.size(), data);
  return at(push(value.shape, data, no_node, is_constant));
}

template <class Scalar>
Variable<Scalar> Tape<Scalar>::placeholder(Shape shape) {
  if (!tracing_) fail("placeholder", "only a tracing tape has inputs without values; use variable");
  return at(push(checked("placeholder", shape), nullptr, no_node, false));
}

template <class Scalar>
void Tape<Scalar>::rewind(const Mark& m) {
  if (m.slots > slots_.size()) fail("rewind", "the mark is later than the tape's end");
  if (m.slots > 0 && slots_[m.slots - 1].epoch != m.epoch)
    fail("rewind", "the tape was rewound past this mark");
  nodes_.resize(m.nodes);
  slots_.resize(m.slots);
  inputs_.resize(m.inputs);
  arena_.rewind(m.arena);
  epoch_ = detail::next_epoch();
}

template <class Scalar>
void Tape<Scalar>::refuse(const Variable<Scalar>& v, const char* where) const {
  if (v.tape_ != this)
    fail(where,
         "variables of two tapes are used together; record both on one, or pass a constant;"
         " scan and compile take it as an argument");
  fail(where, "variable {} was recorded before its tape was cleared or rewound; record it again", v.id_);
}

template <class Scalar>
Variable<Scalar> Tape<Scalar>::record(OperationPtr<Scalar> operation,
                                      std::span<const Variable<Scalar>> inputs,
                                      std::span<const Shape> results) {
  ids_.clear();
  for (const auto& v : inputs) {
    check(v, operation->name());
    ids_.push_back(v.id());
  }
  return record(std::move(operation), ids_, results);
}

template <class Scalar>
Variable<Scalar> Tape<Scalar>::record(OperationPtr<Scalar> operation, std::span<const std::uint32_t> inputs,
                                      std::span<const Shape> results) {
  const char* const name = operation->name();
  for (const Shape& shape : results) checked(name, shape);
  const Mark before = mark();
  x_.clear();
  y_.clear();
  for (const auto id : inputs) x_.push_back({slots_[id].data, slots_[id].shape});
  const auto node = static_cast<std::uint32_t>(nodes_.size());
  const auto first = static_cast<std::uint32_t>(slots_.size());
  try {
    bool computes = !tracing_;
    for (std::size_t k = 0; k < results.size(); ++k) {
      Scalar* data = nullptr;
      if (!tracing_ && operation->has_parts()) {  // asked here, too: an empty optional costs more than the op
        if (const auto offset = operation->part(k, x_[0].shape)) {
          data = const_cast<Scalar*>(x_[0].data) + *offset;
          computes = false;
        }
      }
      if (!tracing_ && !data) data = allocate(results[k]);
      y_.push_back({data, results[k]});
    }
    if (computes) {
      const auto state = operation->make_state();
      operation->forward(y_, x_, state.get());
    }
    nodes_.push_back({std::move(operation), static_cast<std::uint32_t>(inputs_.size()),
                      static_cast<std::uint32_t>(inputs.size()), first,
                      static_cast<std::uint32_t>(results.size()), scope_});
    inputs_.insert(inputs_.end(), inputs.begin(), inputs.end());
    for (const auto& y : y_) push(y.shape, y.data, node, false);
  } catch (...) {  // of the op, or for want of memory
    rewind(before);
    throw;
  }
  return at(first);
}

template <class S>
Eigen::Map<const Array<S>> Variable<S>::value() const {
  const auto& slot = tape().check(*this, "value");
  if (!slot.data)
    fail(
        "value",
        "variable {} has no value while a function is traced: a C++ branch on it would be frozen; use select",
        id_);
  return ConstView<S>{slot.data, slot.shape}.map();
}

template <class S>
Eigen::Map<const Matrix<S>> Variable<S>::matrix() const {
  const auto map = value();
  return {map.data(), map.rows(), map.cols()};
}

template <class S>
S Variable<S>::item() const {
  if (shape() != Shape{1, 1}) fail("item", "the variable has shape {}, not (1,1)", to_string(shape()));
  return value()(0, 0);
}

template class Tape<float>;
template class Tape<double>;
template class Variable<float>;
template class Variable<double>;

ENGRAM_AUTODIFF_END
