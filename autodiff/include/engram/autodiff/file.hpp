/// Structures of values in a file, for parameters that somebody trained.
///
/// The file is the same on every machine; numbers are little-endian:
///
///     8 bytes    89 'e' 'n' 'g' 'r' 'a' 'm' 0a
///     4 bytes    version of the format, 1
///     4 bytes    bytes of one entry, 4 (float) or 8 (double), IEEE 754
///     8 bytes    number of values, the leaves of the structure in their order
///     24 bytes   for each value: its rows and columns, and how many matrices its stack has
///     entries    of all values in turn, matrix by matrix, row by row
///     8 bytes    checksum of all bytes before: FNV-1a, 64 bits
///
/// A file that is something else, was cut or changed, holds another scalar or does not fit the structure is
/// refused: both functions throw std::runtime_error with the file and what is wrong with it.
#pragma once

#include <engram/autodiff/tree.hpp>
#include <engram/autodiff/value.hpp>

#include <span>
#include <string>
#include <vector>

ENGRAM_AUTODIFF_BEGIN

namespace detail {

template <class S>
void write_values(const std::string& file, std::span<const Value<S>> values);
template <class S>
std::vector<Value<S>> read_values(const std::string& file);
[[noreturn]] void does_not_fit(const std::string& file, const std::vector<Shape>& shapes,
                               const std::vector<Shape>& wanted);

}  // namespace detail

/// Writes a structure whose leaves are Values, or a list of them. What the file held before is replaced when
/// all is written, or stays.
template <detail::Structure Tree>
void save(const std::string& file, const Tree& tree) {
  const auto leaves = flatten(tree);
  using S = typename detail::LeafOf<Tree>::Scalar;
  detail::write_values<S>(file, leaves);
}

/// The structure that `save` wrote, of the form and the shapes of `like`.
template <detail::Structure Tree>
Tree load(const std::string& file, const Tree& like) {
  using S = typename detail::LeafOf<Tree>::Scalar;
  const std::vector<Value<S>> leaves = detail::read_values<S>(file);
  std::vector<Shape> shapes, wanted;
  for (const auto& leaf : leaves) shapes.push_back(leaf.shape());
  for (const auto& leaf : flatten(like)) wanted.push_back(leaf.shape());
  if (shapes != wanted) detail::does_not_fit(file, shapes, wanted);
  return unflatten(like, std::span<const Value<S>>(leaves));
}

ENGRAM_AUTODIFF_END
