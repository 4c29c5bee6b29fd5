#include "row_chain.hpp"

#include "../ops/recognise.hpp"

#include <algorithm>

ENGRAM_AUTODIFF_BEGIN
namespace {

/// Where the links find their operands and leave their results while one part is computed.
template <class S>
struct ChainState final : OperationState {
  std::vector<Value<S>> buffers;  // one for each link but the last
  std::vector<ConstView<S>> x;    // of the link that runs
};

template <class S>
class RowChain : public Variadic {
 public:
  static constexpr auto name = "row_chain";

  RowChain(std::vector<Link<S>> links, Index part) : links_(std::move(links)), part_(part) {}
  bool operator==(const RowChain& o) const { return this == &o; }

  std::string note() const {
    std::string names;
    for (const auto& link : links_) names += (names.empty() ? "" : ", ") + std::string(link.operation->name());
    return fmt::format("{}; {} of {} values at a time", names, part_, links_.back().shape.size());
  }

  std::unique_ptr<OperationState> make_state() const {
    auto state = std::make_unique<ChainState<S>>();
    for (std::size_t l = 0; l + 1 < links_.size(); ++l) state->buffers.emplace_back(Shape{1, 2 * part_});
    return state;
  }

  void forward(std::span<const View<S>> y, std::span<const ConstView<S>> x, OperationState* state) const {
    auto& s = static_cast<ChainState<S>&>(*state);
    const Index size = y[0].shape.size();
    for (Index first = 0; first < size;) {
      const Index count = size - first < 2 * part_ ? size - first : part_;
      for (std::size_t l = 0; l < links_.size(); ++l) {
        S* const to = l + 1 < links_.size() ? s.buffers[l].data() : y[0].data + first;
        run(links_[l], first, count, to, x, s);
      }
      first += count;
    }
  }
  template <class T>
  void pull_back(Pullback<T>&) const {
    throw std::logic_error("[row_chain] is differentiated as the operations that it is made of");
  }

 private:
  void run(const Link<S>& link, Index first, Index count, S* to, std::span<const ConstView<S>> x,
           ChainState<S>& s) const {
    const Index columns = link.shape.columns, row = first / columns, rows = count / columns;
    s.x.clear();
    if (is_product(*link.operation)) {
      for (const auto& operand : link.operands) s.x.push_back(x[operand.input]);
      return product_rows<S>(*link.operation, row, rows, to, s.x);
    }
    for (const auto& operand : link.operands) {
      const Shape whole = operand.shape;
      const bool part = whole.rows == link.shape.rows && whole.rows > 1;
      const S* const from = operand.link != Link<S>::outside ? s.buffers[operand.link].data()
                                                             : x[operand.input].data + (part ? row * whole.columns : 0);
      s.x.push_back({from, part ? Shape{rows, whole.columns} : whole});
    }
    const View<S> y{to, {rows, columns}};
    link.operation->forward(std::span(&y, 1), s.x, nullptr);
  }

  std::vector<Link<S>> links_;
  Index part_;
};

}  // namespace

template <class S>
OperationPtr<S> row_chain(std::vector<Link<S>> links, Index part) {
  return make_operation<S>(RowChain<S>(std::move(links), part));
}

template OperationPtr<float> row_chain(std::vector<Link<float>>, Index);
template OperationPtr<double> row_chain(std::vector<Link<double>>, Index);

ENGRAM_AUTODIFF_END
