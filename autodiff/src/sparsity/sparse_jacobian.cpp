#include <engram/autodiff/sparsity.hpp>

#include "addresses.hpp"
#include "constants_together.hpp"
#include "evaluate.hpp"
#include "passes/passes.hpp"
#include "shapes_of_slots.hpp"
#include "stack_of_cotangents.hpp"

#include <algorithm>
#include <limits>
#include <numeric>

ENGRAM_AUTODIFF_BEGIN
namespace {

/// The rows in which each column has an entry.
Dependencies transposed(const Dependencies& pattern, Index columns) {
  Dependencies t;
  t.first.assign(static_cast<std::size_t>(columns) + 1, 0);
  for (const Index c : pattern.sources) ++t.first[static_cast<std::size_t>(c) + 1];
  std::partial_sum(t.first.begin(), t.first.end(), t.first.begin());
  t.sources.resize(pattern.sources.size());
  std::vector<Index> next(t.first.begin(), t.first.end() - 1);
  for (Index r = 0; r < pattern.entries(); ++r)
    for (const Index c : pattern.of(r))
      t.sources[static_cast<std::size_t>(next[static_cast<std::size_t>(c)]++)] = r;
  return t;
}

/// Stacks of directions for `colours` tangents from colour `first` on: 1 in the columns of a colour.
template <class S>
Value<S> seeds_of(const std::vector<Index>& colour, Shape x, Index first, Index count) {
  Value<S> seeds(Shape{x.rows, x.columns, count});
  S* const entries = seeds.data();
  std::fill_n(entries, seeds.shape().size(), S{0});
  for (Index c = 0; c < x.size(); ++c)
    if (const Index k = colour[static_cast<std::size_t>(c)] - first; k >= 0 && k < count)
      entries[k * x.size() + c] = 1;
  return seeds;
}

/// The value, then the tangents of all colours, as stacks.
template <class S>
Function<S> compiled_with_tangents(const Graph<S>& graph, const std::vector<Index>& colour, Index colours) {
  const std::vector<Shape> shapes = shapes_of_slots<S>(graph, graph.inputs);
  if (shapes[0].stack != 1 || graph.slots[graph.outputs[0]].shape.stack != 1)
    fail("sparse_jacobian", "the first input and the result must be single matrices, not stacks");
  const auto f = [&](const std::vector<Variable<S>>& in) {
    const Variable<S>&x = in[0], y = evaluate<S>(graph, std::span<const Variable<S>>(in))[0];
    std::vector results{y};
    for (Index first = 0; first < colours; first += most_at_once) {
      const Variable<S> seeds =
          constant_like(x, seeds_of<S>(colour, x.shape(), first, std::min(most_at_once, colours - first)));
      if (const auto together = jvps<S>(y, x, seeds)) {
        results.push_back(*together);
        continue;
      }
      std::vector<Variable<S>> one_by_one;
      for (const Variable<S>& seed : unstack(seeds))
        one_by_one.push_back(jvp<S>(std::span(&y, 1), std::span(&x, 1), std::span(&seed, 1))[0]);
      results.push_back(stack(one_by_one));
    }
    return results;
  };
  // What does not depend on x, where f is linear, is computed once, however large it is.
  const Graph<S> all = trace<S>(f, std::span<const Shape>(shapes));
  const Graph<S> folded = simplify(without_dead_code(all), std::numeric_limits<Index>::max());
  return Function<S>(with_constants_together(without_dead_code(folded)));
}

/// Where the tangents have the pattern's entries: in the row of their column's colour.
std::vector<std::uint32_t> places_of(const Dependencies& pattern, const std::vector<Index>& colour,
                                     Index colours) {
  const Index rows = pattern.entries();
  if (checked_product("sparse_jacobian", rows, colours) > std::numeric_limits<std::uint32_t>::max())
    fail("sparse_jacobian", "{} tangents of {} entries are more than can be counted", colours, rows);
  std::vector<std::uint32_t> places;
  places.reserve(pattern.sources.size());
  for (Index r = 0; r < rows; ++r)
    for (const Index c : pattern.of(r))
      places.push_back(static_cast<std::uint32_t>(colour[static_cast<std::size_t>(c)] * rows + r));
  return places;
}

template <class S>
Eigen::SparseMatrix<S, Eigen::RowMajor> matrix_of(const Dependencies& pattern, Index columns) {
  if (pattern.sources.size() > static_cast<std::size_t>(std::numeric_limits<int>::max()))
    fail("sparse_jacobian", "{} entries are more than an Eigen::SparseMatrix counts", pattern.sources.size());
  Eigen::SparseMatrix<S, Eigen::RowMajor> m(pattern.entries(), columns);
  m.resizeNonZeros(static_cast<Index>(pattern.sources.size()));
  const auto narrow = [](Index i) { return static_cast<int>(i); };
  std::ranges::transform(pattern.first, m.outerIndexPtr(), narrow);
  std::ranges::transform(pattern.sources, m.innerIndexPtr(), narrow);
  return m;
}

}  // namespace

std::vector<Index> colours_of_columns(const Dependencies& pattern, Index columns) {
  const Dependencies rows = transposed(pattern, columns);
  std::vector<Index> colour(static_cast<std::size_t>(columns), -1);
  std::vector<Index> taken;  // by which column a colour was last seen in its neighbourhood
  for (Index c = 0; c < columns; ++c) {
    for (const Index r : rows.of(c))
      for (const Index other : pattern.of(r))
        if (const Index k = colour[static_cast<std::size_t>(other)]; k >= 0)
          taken[static_cast<std::size_t>(k)] = c;
    const auto free = std::ranges::find_if(taken, [&](Index by) { return by != c; });
    colour[static_cast<std::size_t>(c)] = free - taken.begin();
    if (free == taken.end()) taken.push_back(-1);
  }
  return colour;
}

template <class S>
SparseJacobian<S>::SparseJacobian(const Graph<S>& graph) : SparseJacobian(graph, dependencies(graph)) {}
template <class S>
SparseJacobian<S>::SparseJacobian(const Graph<S>& graph, Dependencies pattern)
    : SparseJacobian(graph, pattern,
                     colours_of_columns(pattern, graph.slots[graph.inputs.at(0)].shape.size())) {}
template <class S>
SparseJacobian<S>::SparseJacobian(const Graph<S>& graph, Dependencies pattern,
                                  const std::vector<Index>& colour)
    : pattern_(std::move(pattern)),
      colours_(colour.empty() ? 0 : std::ranges::max(colour) + 1),
      places_(places_of(pattern_, colour, colours_)),
      compiled_(compiled_with_tangents(graph, colour, colours_)),
      workspace_(compiled_.workspace()),
      jacobian_(matrix_of<S>(pattern_, std::ssize(colour))) {
  const Shape value = compiled_.output_shapes()[0];
  value_.resize(value.rows, value.columns);
  tangents_.resize(colours_, value.size());
}

template <class S>
SparseJacobian<S>::SparseJacobian(const SparseJacobian& other)
    : pattern_(other.pattern_),
      colours_(other.colours_),
      places_(other.places_),
      compiled_(other.compiled_),
      workspace_(compiled_.workspace()),
      value_(other.value_),
      tangents_(other.tangents_),
      jacobian_(other.jacobian_) {}

template <class S>
typename SparseJacobian<S>::Result SparseJacobian<S>::operator()(const std::vector<Value<S>>& inputs) {
  std::vector<S*> out{value_.data()};
  for (Index first = 0; first < colours_; first += most_at_once)
    out.push_back(tangents_.data() + first * value_.size());
  compiled_.run(workspace_, addresses_of(compiled_, std::span<const Value<S>>(inputs)), out);
  S* to = jacobian_.valuePtr();
  for (const std::uint32_t place : places_) *to++ = tangents_.data()[place];
  return {value_, jacobian_};
}

template class SparseJacobian<float>;
template class SparseJacobian<double>;

ENGRAM_AUTODIFF_END
