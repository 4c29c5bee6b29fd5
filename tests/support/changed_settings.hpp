/// Settings changed one by one, for tests that walk a list of settings.
#pragma once

#include <engram/plasticity/settings_tree.hpp>

#include <stdexcept>

namespace engram::test {

/// Gives a setting another value that is as wanted.
inline void change(const plasticity::SettingNode& leaf) {
  using Kind = plasticity::SettingNode::Kind;
  const std::string before = leaf.get();
  std::vector<std::string> others;
  if (leaf.kind == Kind::truth) others = {before == "true" ? "false" : "true"};
  if (leaf.kind == Kind::whole || leaf.kind == Kind::number) others = {"3", "4", "0.25"};
  if (leaf.kind == Kind::list) others = {"3, 4, 5"};
  if (leaf.kind == Kind::text) others = {before + " and more"};
  if (leaf.kind == Kind::name) others.assign(leaf.choices.begin(), leaf.choices.end());
  for (const std::string& other : others)
    if (other != before && leaf.set(other)) return;
  throw std::logic_error("no other value of " + leaf.name);
}

/// Calls `check(path, leaf, changed)` for each setting of `start`, where `changed` is `start` but for that
/// setting, and `leaf` is the setting in it.
template <class S, class Check>
void change_each(const S& start, const Check& check) {
  const plasticity::SettingNode all = plasticity::settings_tree(start);
  const std::size_t count = leaves_of(all).size();
  for (std::size_t i = 0; i < count; ++i) {
    S changed = start;
    const plasticity::SettingNode tree = plasticity::settings_tree(changed);
    const auto [path, leaf] = leaves_of(tree).at(i);
    change(*leaf);
    check(path, *leaf, changed);
  }
}

}  // namespace engram::test
