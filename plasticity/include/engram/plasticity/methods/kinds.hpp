/// The methods whose parameters are meta-learned, and the descents that they are compared with, by name.
#pragma once

#include <engram/plasticity/method.hpp>
#include <engram/plasticity/registry.hpp>

ENGRAM_PLASTICITY_BEGIN

/// A method in its usual form.
struct MethodKind {
  std::string_view name;
  Method (*made_for)(const Network& network);
};

/// All methods: learned, hebbian, maml, sgd, adam. A new one is a line in kinds.cpp.
const std::vector<MethodKind>& methods();
/// The method of that name. Throws std::invalid_argument that lists the known ones.
const MethodKind& method(std::string_view name);

ENGRAM_PLASTICITY_END
