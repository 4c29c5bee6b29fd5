#include "source_folder.hpp"

namespace engram::test {

std::filesystem::path source_folder() { return ENGRAM_SOURCE_DIR; }

}  // namespace engram::test
