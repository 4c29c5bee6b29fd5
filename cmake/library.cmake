# engram_library(NAME): the target engram_NAME with the alias engram::NAME, from NAME/src and NAME/include. Static, or shared
# if BUILD_SHARED_LIBS is on.
function(engram_library name)
  file(GLOB_RECURSE sources CONFIGURE_DEPENDS ${CMAKE_CURRENT_SOURCE_DIR}/src/*.cpp)
  add_library(engram_${name} ${sources})
  add_library(engram::${name} ALIAS engram_${name})
  target_compile_features(engram_${name} PUBLIC cxx_std_20)
  file(GLOB_RECURSE headers CONFIGURE_DEPENDS ${CMAKE_CURRENT_SOURCE_DIR}/include/*.hpp)
  target_sources(engram_${name} PUBLIC FILE_SET HEADERS BASE_DIRS include FILES ${headers})
  target_link_libraries(engram_${name} PRIVATE $<BUILD_INTERFACE:engram_warnings>)
  engram_precompile(engram_${name} <algorithm> <functional> <map> <memory> <optional> <span> <string> <vector> <Eigen/Core> <fmt/format.h>)
  set_target_properties(engram_${name} PROPERTIES UNITY_BUILD_CODE_AFTER_INCLUDE "#undef ENGRAM_INSTANTIATE")
  if(BUILD_SHARED_LIBS)
    target_compile_definitions(engram_${name} PUBLIC ENGRAM_SHARED)
  endif()
  set_target_properties(engram_${name} PROPERTIES
    EXPORT_NAME ${name}
    VERSION ${PROJECT_VERSION}
    SOVERSION ${PROJECT_VERSION_MAJOR}.${PROJECT_VERSION_MINOR}
    CXX_EXTENSIONS OFF
    POSITION_INDEPENDENT_CODE ON
    CXX_VISIBILITY_PRESET hidden  # a shared library shows the namespace engram::NAME only (see version.hpp)
    VISIBILITY_INLINES_HIDDEN ON
    INSTALL_RPATH "$ORIGIN"  # shared libraries find each other
    VERIFY_INTERFACE_HEADER_SETS ${ENGRAM_BUILD_TESTS})  # the test packaging.headers
endfunction()
