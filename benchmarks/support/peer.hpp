/// A program that the driver talks to. It prints one line of JSON, what it computed once, and then, for every
/// number n that it reads, computes n times more and prints `{"wall_ms": [...], "processor_ms": [...]}`, the
/// time of each by the clock, and that of all its threads on processors.
#pragma once

#include <nlohmann/json_fwd.hpp>

#include <functional>
#include <string>

namespace engram::bench {

/// Greets, then times `compute` as told until the input ends. Returns what main should.
int serve(const nlohmann::json& greeting, const std::function<void()>& compute);

/// In place of `serve`: this machine or these inputs are not for this peer. Returns what main should.
int skip(const std::string& reason);

}  // namespace engram::bench
