# Warnings for our own code only: never on a target that others link. Errors only where a preset asks for it.
add_library(engram_warnings INTERFACE)
if(CMAKE_CXX_COMPILER_ID MATCHES "GNU|Clang")
  target_compile_options(engram_warnings INTERFACE
    -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wno-sign-conversion)
  if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU" AND CMAKE_CXX_COMPILER_VERSION VERSION_LESS 13)
    # False alarms: in std::string (GCC bug 105651), of small Eigen arrays in loops over whole vectors, and of buffers whose used part is
    # filled.
    target_compile_options(engram_warnings INTERFACE -Wno-restrict -Wno-stringop-overflow -Wno-array-bounds -Wno-maybe-uninitialized)
  endif()
  # Where files include each other a local name may be another file's, and unnamed namespaces seem to be a header's.
  target_compile_options(engram_warnings INTERFACE
    "$<$<AND:$<CXX_COMPILER_ID:GNU>,$<BOOL:$<TARGET_PROPERTY:UNITY_BUILD>>>:-Wno-shadow;-Wshadow=local;-Wno-subobject-linkage>")
  if(ENGRAM_WARNINGS_AS_ERRORS)
    target_compile_options(engram_warnings INTERFACE -Werror)
  endif()
endif()
