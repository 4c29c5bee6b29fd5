#include "../ops/recognise.hpp"
#include "passes.hpp"
#include "row_chain.hpp"
#include "uses.hpp"

#include <algorithm>
#include <numeric>

ENGRAM_AUTODIFF_BEGIN
namespace {

/// A part of a chain: three such arrays fit the nearest cache, of 32 KiB or more.
constexpr Index part_bytes = 12 << 10;
/// Products of this many rows, or a multiple, give the same bits as one of all (kernels.hpp).
constexpr Index product_rows = 192;

/// The operations that end in one elementwise operation, and are read nowhere else.
template <class S>
class Chain {
 public:
  Chain(const Graph<S>& graph, const Uses<S>& uses, std::size_t last)
      : graph_(graph), uses_(uses), size_(result_of(last).size()) {
    add(last);
    for (std::size_t i = 0; i < members_.size(); ++i)
      if (!is_product(*graph.nodes[members_[i]].operation))
        for (const auto s : graph.nodes[members_[i]].inputs) consider(s);
    std::sort(members_.begin(), members_.end());
  }

  const std::vector<std::size_t>& members() const { return members_; }

  /// How many values are computed at a time: whole rows of all; 0 if there are not two such parts.
  Index part() const {
    const Index target = part_bytes / static_cast<Index>(sizeof(S));
    const Index part = granule_ * std::max<Index>(1, target / granule_);
    return granule_ > 0 && 2 * part <= size_ ? part : 0;
  }

  typename Graph<S>::Node node() const {
    typename Graph<S>::Node result;
    std::vector<Link<S>> links;
    for (const auto n : members_) {
      const auto& node = graph_.nodes[n];
      Link<S> link{node.operation, result_of(n), {}};
      for (const auto s : node.inputs) {
        typename Link<S>::Operand operand{Link<S>::outside, 0, graph_.slots[s].shape};
        const auto made = uses_.producer_index(uses_.before_reshapes(s));
        const auto member = std::find(members_.begin(), members_.end(), made);
        if (member != members_.end()) {
          operand.link = static_cast<std::size_t>(member - members_.begin());
        } else {
          operand.input = result.inputs.size();
          result.inputs.push_back(s);
        }
        link.operands.push_back(operand);
      }
      links.push_back(std::move(link));
    }
    const auto& last = graph_.nodes[members_.back()];
    result.operation = row_chain<S>(std::move(links), part());
    result.outputs = last.outputs;
    result.scope = last.scope;
    return result;
  }

 private:
  Shape result_of(std::size_t n) const { return graph_.slots[graph_.nodes[n].outputs[0]].shape; }

  void add(std::size_t n) {
    members_.push_back(n);
    const Index columns = result_of(n).columns;
    const Index own = is_product(*graph_.nodes[n].operation) ? columns * product_rows : columns;
    granule_ = std::lcm(granule_, own);
  }

  /// Takes in what computes s, if it may run part by part and only this chain reads it.
  void consider(std::uint32_t s) {
    const auto slot = uses_.only_read_here(s);
    const auto n = slot ? uses_.producer_index(*slot) : Uses<S>::nobody;
    if (n == Uses<S>::nobody || graph_.slots[*slot].shape.size() != size_) return;
    const auto& operation = *graph_.nodes[n].operation;
    const bool product = is_product(operation);
    if (!(product && !has_product_) && !operation.elementwise()) return;
    has_product_ = has_product_ || product;
    add(n);
  }

  const Graph<S>& graph_;
  const Uses<S>& uses_;
  Index size_, granule_ = 1;
  std::vector<std::size_t> members_;
  bool has_product_ = false;
};

}  // namespace

template <class S>
Graph<S> chain_rows(const Graph<S>& graph) {
  const Uses<S> uses(graph);
  Graph<S> result = graph;
  std::vector<char> taken(graph.nodes.size(), 0);
  for (std::size_t n = graph.nodes.size(); n-- > 0;) {
    const auto& node = graph.nodes[n];
    if (taken[n] || !node.operation->elementwise() || node.operation->alias(0)) continue;
    const Chain<S> chain(graph, uses, n);
    if (chain.members().size() < 2 || chain.part() == 0) continue;
    for (const auto member : chain.members()) taken[member] = 1;
    result.nodes[n] = chain.node();
  }
  return without_dead_code(result);
}

template Graph<float> chain_rows(const Graph<float>&);
template Graph<double> chain_rows(const Graph<double>&);

ENGRAM_AUTODIFF_END
