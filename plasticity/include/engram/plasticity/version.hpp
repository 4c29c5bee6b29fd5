/// The inline namespace that carries the library's ABI version.
#pragma once

#include <engram/autodiff/version.hpp>

/// Opens `engram::plasticity`, versioned like `engram::autodiff`. A shared library shows what is in this
/// namespace, and nothing else.
#define ENGRAM_PLASTICITY_BEGIN  \
  namespace engram::plasticity { \
  inline namespace v0 ENGRAM_API {
/// Closes it.
#define ENGRAM_PLASTICITY_END \
  }                           \
  }
