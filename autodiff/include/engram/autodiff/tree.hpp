/// Structures of many matrices: the parameters of a model as one thing.
///
/// A tree is a class template over the type of its leaves, which are Variables, Values, Arrays or what you
/// like. It lists its members. A member is a leaf, another tree, or a vector of leaves, trees or vectors:
///
///     template <class T> struct Layer {
///       T weight, bias;
///       static constexpr auto members = std::tuple{&Layer::weight, &Layer::bias};
///     };
///     template <class T> struct Network {
///       std::vector<Layer<T>> layers;
///       T scale;
///       static constexpr auto members = std::tuple{&Network::layers, &Network::scale};
///     };
///
/// `flatten` gives the leaves as a vector, in the order of the lists, as gradient, scan and compile take
/// them. `unflatten` makes a tree of such a vector.
#pragma once

#include <engram/autodiff/tape.hpp>

#include <span>
#include <tuple>
#include <vector>

ENGRAM_AUTODIFF_BEGIN
namespace detail {

template <class T>
concept Branching = requires {
  T::members;
};

template <class A, class B, class F>
void visit_together(A& a, const B& b, F&& f);

template <class A, class B, class F>
void visit_together(std::vector<A>& a, const std::vector<B>& b, F&& f) {
  a.resize(b.size());
  for (std::size_t i = 0; i < b.size(); ++i) visit_together(a[i], b[i], f);
}

template <class A, class B, class F>
void visit_together(A& a, const B& b, F&& f) {
  if constexpr (Branching<A>) [&]<std::size_t... I>(std::index_sequence<I...>) {
      (visit_together(a.*std::get<I>(A::members), b.*std::get<I>(B::members), f), ...);
    }
  (std::make_index_sequence<std::tuple_size_v<std::remove_const_t<decltype(A::members)>>>{});
  else f(a, b);
}

}  // namespace detail

/// A tree of the form of `tree`, with `f(leaf)` in place of every leaf.
template <template <class> class Tree, class From, class F>
requires detail::Branching<Tree<From>>
auto map_leaves(const Tree<From>& tree, F&& f) {
  Tree<std::decay_t<std::invoke_result_t<F&, const From&>>> result;
  detail::visit_together(result, tree, [&](auto& to, const auto& from) { to = f(from); });
  return result;
}

/// The leaves, in order.
template <template <class> class Tree, class T>
requires detail::Branching<Tree<T>> std::vector<T> flatten(const Tree<T>& tree) {
  std::vector<T> leaves;
  map_leaves(tree, [&](const T& leaf) {
    leaves.push_back(leaf);
    return leaf;
  });
  return leaves;
}

/// A tree of the form of `like`, whose own leaves do not matter, with the given leaves: as many as `like`
/// has.
template <template <class> class Tree, class From, class To>
requires detail::Branching<Tree<From>> Tree<To> unflatten(const Tree<From>& like,
                                                          std::span<const To> leaves) {
  std::size_t next = 0;
  auto tree = map_leaves(like, [&](const From&) {
    if (next == leaves.size()) fail("unflatten", "the structure has more than {} leaves", leaves.size());
    return leaves[next++];
  });
  if (next != leaves.size()) fail("unflatten", "the structure has {} leaves, not {}", next, leaves.size());
  return tree;
}

ENGRAM_AUTODIFF_END
