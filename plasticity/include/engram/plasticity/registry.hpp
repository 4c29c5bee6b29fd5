/// Things that are found by name: kinds of rules, families of tasks, methods, peers. A registry is a table
/// with one line for each; what is in it can be listed, and what is not is refused with what is.
#pragma once

#include <engram/plasticity/names.hpp>

#include <vector>

ENGRAM_PLASTICITY_BEGIN

/// The names of a table's entries, in its order.
template <class Entry>
std::vector<std::string_view> names_in(const std::vector<Entry>& table) {
  std::vector<std::string_view> names;
  for (const Entry& e : table) names.push_back(e.name);
  return names;
}

/// The entry of that name. Throws std::invalid_argument that lists the names there are; `what` says what it
/// is the name of.
template <class Entry>
const Entry& find_in(const std::vector<Entry>& table, std::string_view what, std::string_view name) {
  for (const Entry& e : table)
    if (e.name == name) return e;
  autodiff::fail(what, "unknown name '{}': choose one of {}", name, listed(names_in(table)));
}

ENGRAM_PLASTICITY_END
