/// A number that tells one text from another.
#pragma once

#include <engram/autodiff/version.hpp>

#include <cstdint>
#include <string_view>

ENGRAM_AUTODIFF_BEGIN

/// FNV-1a, 64 bits. Source: Fowler, Noll, Vo, Eastlake and Hansen, The FNV Non-Cryptographic Hash Algorithm.
constexpr std::uint64_t checksum(std::string_view bytes) {
  std::uint64_t sum = 0xcbf29ce484222325;
  for (const char c : bytes) sum = (sum ^ static_cast<unsigned char>(c)) * 0x100000001b3;
  return sum;
}

ENGRAM_AUTODIFF_END
