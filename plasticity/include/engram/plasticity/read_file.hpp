/// Where files from elsewhere are opened.
#pragma once

#include <engram/plasticity/format_error.hpp>

#include <filesystem>
#include <string>
#include <string_view>

ENGRAM_PLASTICITY_BEGIN

/// The largest file that is read: 256 MiB.
inline constexpr std::size_t largest_file = std::size_t{256} << 20;

/// The text of an ordinary file; `kind` says what it should be, "rule file". Throws FormatError if it cannot
/// be read, is no ordinary file (a folder, a pipe, a device: it is not waited for), or is too large.
std::string read_file(std::string_view kind, const std::filesystem::path& path);

/// The same of a file that is JSON, no deeper than 100 levels, with no key twice in an object and nothing
/// after the end. Throws FormatError for any other.
std::string read_json_file(std::string_view kind, const std::filesystem::path& path);

ENGRAM_PLASTICITY_END
