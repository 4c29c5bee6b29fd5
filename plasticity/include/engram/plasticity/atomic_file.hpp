/// Files that are either the old ones or the new ones, never half of either.
#pragma once

#include <engram/plasticity/version.hpp>

#include <filesystem>
#include <stdexcept>
#include <string_view>

ENGRAM_PLASTICITY_BEGIN

/// What went wrong with which path, in one line.
class FileError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// Replaces the file's content: written beside it, flushed to the disk, then renamed over it; the mode stays
/// what it was. After an error the old file, if any, is as it was. A path that is no ordinary file, such as
/// /dev/stdout, is written to directly. Throws FileError.
void write_atomically(const std::filesystem::path& path, std::string_view text);

/// Creates the folder, and those above it, if they are missing, and makes sure a file can be created in it,
/// so that a long computation does not fail at its very end. Removes the temporary files that killed
/// processes left in it, and no others. Throws FileError.
void require_writable_folder(const std::filesystem::path& folder);

/// The same for a file that is to be written: its name and the folder that it lies in. Throws FileError.
void require_writable_file(const std::filesystem::path& path);

ENGRAM_PLASTICITY_END
