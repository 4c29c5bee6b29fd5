#include <engram/laboratory/shipped.hpp>

namespace engram::laboratory {

namespace {

const std::filesystem::path demos = ENGRAM_DEMOS;

}  // namespace

std::filesystem::path shipped_rule(std::string_view name) { return demos / "rules" / name; }
std::filesystem::path shipped_data(std::string_view name) { return demos / "data" / name; }

}  // namespace engram::laboratory
