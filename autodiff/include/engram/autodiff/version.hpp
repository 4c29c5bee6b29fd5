/// The library's version, and the inline namespace that carries its ABI version.
#pragma once

#define ENGRAM_VERSION_MAJOR 0
#define ENGRAM_VERSION_MINOR 1
#define ENGRAM_VERSION_PATCH 0
#define ENGRAM_VERSION_STRING "0.1.0"

#if defined(ENGRAM_SHARED) && defined(__GNUC__)
#define ENGRAM_API __attribute__((visibility("default")))
#else
#define ENGRAM_API
#endif

/// Opens `engram::autodiff`, versioned: objects built against another ABI fail to link instead of
/// misbehaving. A shared library shows what is in this namespace, and nothing else.
#define ENGRAM_AUTODIFF_BEGIN  \
  namespace engram::autodiff { \
  inline namespace v0 ENGRAM_API {
#define ENGRAM_AUTODIFF_END \
  }                         \
  }
