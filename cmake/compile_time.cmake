# GCC looks for memory to use again once it has 128 MB, and then a tenth of its time. Let it first have up to 1 GB, and all
# compilers at once no more than a quarter of the machine's.
if(PROJECT_IS_TOP_LEVEL AND CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
  cmake_host_system_information(RESULT memory QUERY TOTAL_PHYSICAL_MEMORY)  # in MiB
  cmake_host_system_information(RESULT cores QUERY NUMBER_OF_LOGICAL_CORES)
  math(EXPR heap "${memory} * 1024 / (4 * (${cores} + 2))")
  if(heap GREATER 1000000)
    set(heap 1000000)
  endif()
  add_compile_options(--param=ggc-min-heapsize=${heap})
endif()

# engram_precompile(TARGET HEADERS...): headers of other libraries that nearly all files of the target include, read once for all. Only
# theirs: a change of one of ours compiles what includes it, as ever. Files include what they need nevertheless; emcc, clang-tidy and
# compiler caches, which take no precompiled headers of GCC's, compile without.
function(engram_precompile target)
  if(NOT EMSCRIPTEN AND NOT CMAKE_CXX_COMPILER_LAUNCHER AND NOT CMAKE_CXX_CLANG_TIDY)
    target_precompile_headers(${target} PRIVATE ${ARGN})
  endif()
endfunction()
