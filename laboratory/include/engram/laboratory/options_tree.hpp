/// Parts of the options' settings, for the command line and for the file that has them all.
#pragma once

#include <engram/laboratory/options.hpp>
#include <engram/plasticity/settings_tree.hpp>

#include <algorithm>

namespace engram::laboratory {

/// The settings of these names, among the options' own.
template <class O>
plasticity::SettingNode of_options(O& options, std::initializer_list<std::string_view> names) {
  plasticity::SettingNode tree = plasticity::settings_tree(options);
  std::erase_if(tree.members, [&](const auto& m) { return std::ranges::find(names, m.name) == names.end(); });
  return tree;
}

/// The settings of meta-training that have no group of their own. Its seed comes from elsewhere.
template <class M>
plasticity::SettingNode of_training(M& meta) {
  plasticity::SettingNode tree = plasticity::settings_tree(meta);
  std::erase_if(tree.members, [](const plasticity::SettingNode& m) {
    return m.name == "network" || m.name == "episode" || m.name == "variations" || m.name == "seed";
  });
  return tree;
}

}  // namespace engram::laboratory
