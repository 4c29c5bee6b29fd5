/// What every program's `main` is: exit codes, and a line on standard error for what went wrong.
#pragma once

#include <engram/laboratory/streams.hpp>
#include <engram/laboratory/usage_error.hpp>

#include <functional>

namespace engram::laboratory {

constexpr int exit_failure = 1, exit_bad_input = 2, exit_interrupted = 130;

/// Whether an exception says that what the user gave is wrong.
bool is_bad_input(const std::exception& e);

/// Runs `body` and returns its exit code, or after an exception the code for it, having complained. Standard
/// streams may be closed or fail: only a standard output that cannot be written to makes a success a failure.
/// If `body` joins ranks (see ranks.hpp), it leaves them with the others, or ends all if it fails alone.
int run_program(const char* program, const std::function<int()>& body);

}  // namespace engram::laboratory
