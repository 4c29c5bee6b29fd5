/// Where the checkout is that the tests were built from.
#pragma once

#include <filesystem>

namespace engram::test {

std::filesystem::path source_folder();

}  // namespace engram::test
