# Warnings for our own code only: never on a target that others link.
add_library(engram_warnings INTERFACE)
if(CMAKE_CXX_COMPILER_ID MATCHES "GNU|Clang")
  target_compile_options(engram_warnings INTERFACE -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wno-sign-conversion)
  if(ENGRAM_WARNINGS_AS_ERRORS)
    target_compile_options(engram_warnings INTERFACE -Werror)
  endif()
endif()
