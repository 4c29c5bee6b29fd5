/// Follows a meta-training that another process runs.
#pragma once

#include <filesystem>

namespace engram::laboratory {

/// A live line in a terminal, else a line every ten seconds: step, loss, validation, time left. Ends with the
/// run, or with Ctrl-C. Returns the exit code. Throws FormatError if there is no run in the folder.
int watch(const std::filesystem::path& folder);

}  // namespace engram::laboratory
