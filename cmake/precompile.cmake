# engram_precompile(TARGET HEADERS...): reads those headers of others, which nearly every file of TARGET includes, once per target and not
# once per file. Files include what they need all the same: the presets `clang` and `tidy`, and those who build engram within a project
# of their own, precompile nothing. Not with ccache, which does not store what uses precompiled headers.
function(engram_precompile target)
  if(PROJECT_IS_TOP_LEVEL AND NOT CMAKE_CXX_COMPILER_LAUNCHER)
    list(TRANSFORM ARGN REPLACE "(.+)" "<\\1>")
    target_precompile_headers(${target} PRIVATE ${ARGN})
  endif()
endfunction()
