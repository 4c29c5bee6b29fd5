/// The library's version, and the inline namespace that carries its ABI version.
#pragma once

#define ENGRAM_VERSION_MAJOR 0         ///< changes break the interface
#define ENGRAM_VERSION_MINOR 1         ///< adds to the interface; before 1.0 may break it
#define ENGRAM_VERSION_PATCH 0         ///< mends
#define ENGRAM_VERSION_STRING "0.1.0"  ///< all three

/// Marks what a shared library shows. A build with BUILD_SHARED_LIBS defines ENGRAM_SHARED, for its users
/// too.
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
/// Closes it.
#define ENGRAM_AUTODIFF_END \
  }                         \
  }
