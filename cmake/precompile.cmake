# engram_precompile(TARGET HEADERS...): headers of other libraries that nearly all files of the target include, read once for all. Only
# theirs: a change of one of ours compiles what includes it, as ever. Files include what they need nevertheless; emcc, clang-tidy and
# compiler caches, which take no precompiled headers of GCC's, compile without.
function(engram_precompile target)
  if(NOT EMSCRIPTEN AND NOT CMAKE_CXX_COMPILER_LAUNCHER AND NOT CMAKE_CXX_CLANG_TIDY)
    target_precompile_headers(${target} PRIVATE ${ARGN})
  endif()
endfunction()
