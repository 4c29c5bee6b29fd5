#include <engram/plasticity/names.hpp>

#include <fmt/format.h>

ENGRAM_PLASTICITY_BEGIN

std::string listed(std::span<const std::string_view> names) {
  return fmt::format("{}", fmt::join(names, ", "));
}

ENGRAM_PLASTICITY_END
