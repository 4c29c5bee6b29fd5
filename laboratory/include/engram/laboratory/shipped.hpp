/// Where the files are that come with the demos.
#pragma once

#include <filesystem>
#include <string_view>

namespace engram::laboratory {

/// "two_moons.json" -> its path.
std::filesystem::path shipped_rule(std::string_view name);
std::filesystem::path shipped_data(std::string_view name);

}  // namespace engram::laboratory
