/// Structures of many matrices: the parameters of a model as one thing.
///
/// A tree is a class template over the type of its leaves, which are Variables, Values, Arrays or what you
/// like. It lists its members. A member is a leaf, another tree, or a std::vector, std::array, std::map or
/// std::pair of leaves, trees or such containers:
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
#pragma once

#include <engram/autodiff/tape.hpp>

#include <array>
#include <map>
#include <span>
#include <tuple>
#include <utility>
#include <vector>

ENGRAM_AUTODIFF_BEGIN
namespace detail {

template <class T>
concept Branching = requires {
  T::members;
};

/// What a structure is made of: its first leaf's type, and the same structure of other leaves.
template <class X>
struct Leaves {
  using Leaf = X;
  template <class To>
  using Of = To;
};
template <template <class> class Tree, class T>
requires Branching<Tree<T>>
struct Leaves<Tree<T>> {
  using Leaf = T;
  template <class To>
  using Of = Tree<To>;
};
template <class A>
struct Leaves<std::vector<A>> {
  using Leaf = typename Leaves<A>::Leaf;
  template <class To>
  using Of = std::vector<typename Leaves<A>::template Of<To>>;
};
template <class A, std::size_t n>
struct Leaves<std::array<A, n>> {
  using Leaf = typename Leaves<A>::Leaf;
  template <class To>
  using Of = std::array<typename Leaves<A>::template Of<To>, n>;
};
template <class Key, class A>
struct Leaves<std::map<Key, A>> {
  using Leaf = typename Leaves<A>::Leaf;
  template <class To>
  using Of = std::map<Key, typename Leaves<A>::template Of<To>>;
};
template <class A, class B>
struct Leaves<std::pair<A, B>> {
  using Leaf = typename Leaves<A>::Leaf;
  template <class To>
  using Of = std::pair<typename Leaves<A>::template Of<To>, typename Leaves<B>::template Of<To>>;
};
template <class X>
using LeafOf = typename Leaves<X>::Leaf;
template <class X, class To>
using Rebound = typename Leaves<X>::template Of<To>;

/// A leaf is what it is made of itself.
template <class X>
concept Structure = !std::is_same_v<LeafOf<X>, X>;

template <class A, class B, class F>
void visit_together(A& a, const B& b, F&& f);
template <class A, class B, class F>
void visit_together(std::vector<A>& a, const std::vector<B>& b, F&& f);
template <class A, class B, std::size_t n, class F>
void visit_together(std::array<A, n>& a, const std::array<B, n>& b, F&& f);
template <class Key, class A, class B, class F>
void visit_together(std::map<Key, A>& a, const std::map<Key, B>& b, F&& f);
template <class A1, class A2, class B1, class B2, class F>
void visit_together(std::pair<A1, A2>& a, const std::pair<B1, B2>& b, F&& f);

template <class A, class B, class F>
void visit_together(std::vector<A>& a, const std::vector<B>& b, F&& f) {
  a.resize(b.size());
  for (std::size_t i = 0; i < b.size(); ++i) visit_together(a[i], b[i], f);
}
template <class A, class B, std::size_t n, class F>
void visit_together(std::array<A, n>& a, const std::array<B, n>& b, F&& f) {
  for (std::size_t i = 0; i < n; ++i) visit_together(a[i], b[i], f);
}
template <class Key, class A, class B, class F>
void visit_together(std::map<Key, A>& a, const std::map<Key, B>& b, F&& f) {
  for (const auto& [key, value] : b) visit_together(a[key], value, f);
}
template <class A1, class A2, class B1, class B2, class F>
void visit_together(std::pair<A1, A2>& a, const std::pair<B1, B2>& b, F&& f) {
  visit_together(a.first, b.first, f);
  visit_together(a.second, b.second, f);
}
template <class A, class B, class F>
void visit_together(A& a, const B& b, F&& f) {
  if constexpr (Branching<B>) [&]<std::size_t... I>(std::index_sequence<I...>) {
      (visit_together(a.*std::get<I>(A::members), b.*std::get<I>(B::members), f), ...);
    }
  (std::make_index_sequence<std::tuple_size_v<std::remove_const_t<decltype(B::members)>>>{});
  else f(a, b);
}

}  // namespace detail

/// A structure of the form of `tree`, with `f(leaf)` in place of every leaf.
template <detail::Structure Tree, class F>
auto map_leaves(const Tree& tree, F&& f) {
  using From = detail::LeafOf<Tree>;
  detail::Rebound<Tree, std::decay_t<std::invoke_result_t<F&, const From&>>> result;
  detail::visit_together(result, tree, [&](auto& to, const auto& from) { to = f(from); });
  return result;
}

/// The leaves as a vector, in order, as gradient, scan and compile take them.
template <detail::Structure Tree>
std::vector<detail::LeafOf<Tree>> flatten(const Tree& tree) {
  std::vector<detail::LeafOf<Tree>> leaves;
  map_leaves(tree, [&](const detail::LeafOf<Tree>& leaf) {
    leaves.push_back(leaf);
    return leaf;
  });
  return leaves;
}

/// A structure of the form of `like`, whose own leaves do not matter, with the given leaves: as many as
/// `like` has.
template <detail::Structure Tree, class To>
detail::Rebound<Tree, To> unflatten(const Tree& like, std::span<const To> leaves) {
  std::size_t next = 0;
  auto tree = map_leaves(like, [&](const detail::LeafOf<Tree>&) -> To {
    if (next == leaves.size()) fail("unflatten", "the structure has more than {} leaves", leaves.size());
    return leaves[next++];
  });
  if (next != leaves.size()) fail("unflatten", "the structure has {} leaves, not {}", next, leaves.size());
  return tree;
}

namespace detail {

/// What a function takes or returns, as a list: of a structure its leaves, of a leaf itself.
template <class X>
std::vector<LeafOf<X>> leaves_of(const X& x) {
  if constexpr (Structure<X>)
    return flatten(x);
  else
    return {x};
}
/// And back, in the form of x.
template <class X, class To>
Rebound<X, To> in_form_of(const X& x, const std::vector<To>& leaves) {
  if constexpr (Structure<X>)
    return unflatten(x, std::span(leaves));
  else
    return leaves.at(0);
}

}  // namespace detail

ENGRAM_AUTODIFF_END
