/// The commands that do work. Each returns the program's exit code.
#pragma once

#include <engram/laboratory/training.hpp>

#include "arguments.hpp"

namespace engram::demos {

/// Meta-trains, and tells what came of it. Nothing if it was interrupted.
std::optional<plasticity::RuleFile> train(const Arguments& arguments);

/// The rule against backprop: the story's end, `evaluate` and `figure`.
int test(const Arguments& arguments, const plasticity::RuleFile& rule);

int certify(const Arguments& arguments, const plasticity::RuleFile& rule);

}  // namespace engram::demos
