#include <engram/autodiff/sparsity.hpp>

#include <algorithm>
#include <cmath>
#include <limits>

ENGRAM_AUTODIFF_BEGIN
namespace {

/// Runs with a NaN, one for each entry, cost this many results at most.
constexpr double most_probed = 1e8;

void append(Dependencies& to, std::span<const Index> sources) {
  to.sources.insert(to.sources.end(), sources.begin(), sources.end());
  to.first.push_back(static_cast<Index>(to.sources.size()));
}

/// Collects sources, and gives each of them once, in order.
class Union {
 public:
  void add(std::span<const Index> sources) {
    if (all_.empty())
      all_.assign(sources.begin(), sources.end());
    else if (!sources.empty() && !std::ranges::equal(all_, sources)) {
      merged_.clear();
      std::ranges::set_union(all_, sources, std::back_inserter(merged_));
      all_.swap(merged_);
    }
  }
  std::span<const Index> sources() const { return all_; }
  void clear() { all_.clear(); }

 private:
  std::vector<Index> all_, merged_;
};

/// The entry of an operand that meets entry (matrix, row, column) of a result with which it is broadcast.
Index met(Shape x, Index matrix, Index row, Index column) {
  const auto at = [](Index size, Index i) { return size == 1 ? 0 : i; };
  return (at(x.stack, matrix) * x.rows + at(x.rows, row)) * x.columns + at(x.columns, column);
}

/// Each result depends on what the entries do that it meets.
Dependencies broadcast(Shape y, std::span<const Shape> x, std::span<const Dependencies* const> inputs) {
  bool columns_differ = false;
  for (std::size_t i = 0; i < x.size(); ++i)
    columns_differ |= x[i].columns != 1 && !inputs[i]->sources.empty();
  Dependencies result;
  result.first.reserve(static_cast<std::size_t>(y.size()) + 1);
  Union all;
  for (Index s = 0; s < y.stack; ++s)
    for (Index r = 0; r < y.rows; ++r)
      for (Index c = 0; c < y.columns; ++c) {
        if (c == 0 || columns_differ) {
          all.clear();
          for (std::size_t i = 0; i < x.size(); ++i)
            if (!inputs[i]->sources.empty()) all.add(inputs[i]->of(met(x[i], s, r, c)));
        }
        append(result, all.sources());
      }
  return result;
}

/// What all entries of each line depend on; `lines` is x with one row, column or matrix in place of all.
Dependencies united(Shape x, const Dependencies& entries, Shape lines) {
  std::vector<std::vector<Index>> all(static_cast<std::size_t>(lines.size()));
  for (Index s = 0, e = 0; s < x.stack; ++s)
    for (Index r = 0; r < x.rows; ++r)
      for (Index c = 0; c < x.columns; ++c, ++e) {
        auto& line = all[static_cast<std::size_t>(met(lines, s, r, c))];
        line.insert(line.end(), entries.of(e).begin(), entries.of(e).end());
      }
  Dependencies result;
  for (auto& line : all) {
    std::ranges::sort(line);
    line.erase(std::unique(line.begin(), line.end()), line.end());
    append(result, line);
  }
  return result;
}

bool is_same_place(const std::optional<Within>& within) { return within && within->row && within->column; }

/// By what the op tells of where the entries lie that a result depends on; it may be anywhere.
template <class S>
std::vector<Dependencies> by_places(const Operation<S>& operation, std::span<const Shape> y,
                                    std::span<const Shape> x, std::span<const Dependencies* const> inputs) {
  std::vector<Shape> shapes(x.begin(), x.end());
  std::vector<const Dependencies*> lines(inputs.begin(), inputs.end());
  std::vector<Dependencies> unions(x.size());
  for (std::size_t i = 0; i < x.size(); ++i) {
    const auto within = operation.within(i);
    if (is_same_place(within) || inputs[i]->sources.empty()) continue;
    shapes[i] = {within && within->row ? x[i].rows : 1, within && within->column ? x[i].columns : 1,
                 within ? x[i].stack : 1};
    unions[i] = united(x[i], *inputs[i], shapes[i]);
    lines[i] = &unions[i];
  }
  std::vector<Dependencies> results;
  for (const Shape shape : y) results.push_back(broadcast(shape, shapes, lines));
  return results;
}

/// Values to run an op with.
template <class S>
class Probe {
 public:
  Probe(const Operation<S>& operation, std::span<const Shape> y, std::span<const Shape> x)
      : operation_(operation) {
    for (const Shape shape : x)
      inputs_.emplace_back(shape), std::fill_n(inputs_.back().data(), shape.size(), S{1});
    for (const Shape shape : y) results_.emplace_back(shape);
    for (auto& v : results_) out_.push_back({v.data(), v.shape()});
    state_ = operation.make_state();
  }
  S* input(std::size_t i) { return inputs_[i].data(); }
  void run() {
    std::vector<ConstView<S>> in;
    for (const auto& v : inputs_) in.push_back(v.view());
    operation_.forward(out_, in, state_.get());
  }
  std::span<const S> result(std::size_t k) const {
    return {out_[k].data, static_cast<std::size_t>(out_[k].shape.size())};
  }

 private:
  const Operation<S>& operation_;
  std::vector<Value<S>> inputs_, results_;
  std::vector<View<S>> out_;
  std::unique_ptr<OperationState> state_;
};

/// Of an op that moves entries: each entry is its own number, from 1 on, and a result is the one that arrives
/// there.
template <class S>
std::vector<Dependencies> moved(const Operation<S>& operation, std::span<const Shape> y,
                                std::span<const Shape> x, std::span<const Dependencies* const> inputs) {
  Probe<S> probe(operation, y, x);
  std::vector<Index> last;  // number of each input
  Index number = 0;
  for (std::size_t i = 0; i < x.size(); ++i) {
    for (Index e = 0; e < x[i].size(); ++e) probe.input(i)[e] = static_cast<S>(++number);
    last.push_back(number);
  }
  probe.run();
  std::vector<Dependencies> results(y.size());
  for (std::size_t k = 0; k < y.size(); ++k)
    for (const S arrived : probe.result(k)) {
      const auto n = static_cast<Index>(arrived);
      const auto i = static_cast<std::size_t>(std::ranges::lower_bound(last, n) - last.begin());
      const Index before = i == 0 ? 0 : last[i - 1];
      append(results[k],
             n == 0 || inputs[i]->sources.empty() ? std::span<const Index>() : inputs[i]->of(n - 1 - before));
    }
  return results;
}

/// Of an op that shows a NaN: it is put into one entry after another.
template <class S>
std::vector<Dependencies> probed(const Operation<S>& operation, std::span<const Shape> y,
                                 std::span<const Shape> x, std::span<const Dependencies* const> inputs) {
  Probe<S> probe(operation, y, x);
  std::vector<std::vector<Union>> found(y.size());
  for (std::size_t k = 0; k < y.size(); ++k) found[k].resize(static_cast<std::size_t>(y[k].size()));
  for (std::size_t i = 0; i < x.size(); ++i)
    for (Index e = 0; e < x[i].size() && !inputs[i]->sources.empty(); ++e) {
      if (inputs[i]->of(e).empty()) continue;
      probe.input(i)[e] = std::numeric_limits<S>::quiet_NaN();
      probe.run();
      probe.input(i)[e] = 1;
      for (std::size_t k = 0; k < y.size(); ++k)
        for (std::size_t at = 0; at < found[k].size(); ++at)
          if (std::isnan(probe.result(k)[at])) found[k][at].add(inputs[i]->of(e));
    }
  std::vector<Dependencies> results(y.size());
  for (std::size_t k = 0; k < y.size(); ++k)
    for (const Union& all : found[k]) append(results[k], all.sources());
  return results;
}

double size_of(std::span<const Shape> shapes) {
  double size = 0;
  for (const Shape s : shapes) size += static_cast<double>(s.size());
  return size;
}

}  // namespace

template <class S>
std::vector<Dependencies> carried(const Operation<S>& operation, std::span<const Shape> y,
                                  std::span<const Shape> x, std::span<const Dependencies* const> inputs) {
  bool any = false, entry_by_entry = true;
  for (std::size_t i = 0; i < x.size(); ++i) {
    any = any || !inputs[i]->sources.empty();
    entry_by_entry = entry_by_entry && is_same_place(operation.within(i));
  }
  if (!any || entry_by_entry) return by_places(operation, y, x, inputs);
  // Numbers of entries must be exact.
  if (operation.moves() && size_of(x) < std::ldexp(1.0, std::numeric_limits<S>::digits))
    return moved(operation, y, x, inputs);
  if (operation.shows_nan() && size_of(x) * size_of(y) <= most_probed) return probed(operation, y, x, inputs);
  return by_places(operation, y, x, inputs);
}

template <class S>
Dependencies dependencies(const Graph<S>& graph) {
  std::vector<Dependencies> of(graph.slots.size());
  std::vector<std::size_t> uses(graph.slots.size());
  for (const auto& node : graph.nodes)
    for (const auto s : node.inputs) ++uses[s];
  ++uses[graph.outputs.at(0)];
  const Index entries = graph.slots[graph.inputs.at(0)].shape.size();
  for (Index e = 0; e < entries; ++e) append(of[graph.inputs[0]], std::span(&e, 1));
  for (const auto& node : graph.nodes) {
    std::vector<Shape> x, y;
    std::vector<const Dependencies*> inputs;
    for (const auto s : node.inputs) {
      x.push_back(graph.slots[s].shape);
      inputs.push_back(&of[s]);
    }
    for (const auto s : node.outputs) y.push_back(graph.slots[s].shape);
    std::vector<Dependencies> results = carried<S>(*node.operation, y, x, inputs);
    for (std::size_t k = 0; k < y.size(); ++k) of[node.outputs[k]] = std::move(results[k]);
    for (const auto s : node.inputs)
      if (--uses[s] == 0) of[s] = {};
  }
  Dependencies result = std::move(of[graph.outputs[0]]);
  const Shape y = graph.slots[graph.outputs[0]].shape;
  while (result.entries() < y.size()) append(result, {});  // a constant
  return result;
}

#define ENGRAM_INSTANTIATE(S)                                                                               \
  template std::vector<Dependencies> carried(const Operation<S>&, std::span<const Shape>,                   \
                                             std::span<const Shape>, std::span<const Dependencies* const>); \
  template Dependencies dependencies(const Graph<S>&);
ENGRAM_INSTANTIATE(float)
ENGRAM_INSTANTIATE(double)
#undef ENGRAM_INSTANTIATE

ENGRAM_AUTODIFF_END
