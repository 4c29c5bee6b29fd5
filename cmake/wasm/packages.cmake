# The preset `wasm`: what the libraries need, for Emscripten. Debian has these packages for its own architectures only; what is here
# taken of them is headers, through links, so that no other header of the system is found.
set(headers ${CMAKE_BINARY_DIR}/headers)
file(MAKE_DIRECTORY ${headers})

# package(TARGET HEADER FOLDER): an interface target for the headers of a package, which are in FOLDER.
function(package target header folder)
  cmake_path(GET folder FILENAME name)
  if(NOT EXISTS ${folder})
    message(FATAL_ERROR "${folder} is missing; ./run playground installs it")
  endif()
  file(CREATE_LINK ${folder} ${headers}/${name} SYMBOLIC)
  add_library(${header} INTERFACE)
  target_include_directories(${header} SYSTEM INTERFACE ${headers})
  add_library(${target} ALIAS ${header})
endfunction()
package(fmt::fmt wasm_fmt /usr/include/fmt)
target_compile_definitions(wasm_fmt INTERFACE FMT_HEADER_ONLY)
package(Boost::headers wasm_boost /usr/include/boost)
package(nlohmann_json::nlohmann_json wasm_nlohmann_json /usr/include/nlohmann)
package(TBB::tbb wasm_tbb ${CMAKE_CURRENT_LIST_DIR}/tbb)  # stands in for it
file(GLOB eigen /usr/include/eigen3/*)
foreach(folder IN LISTS eigen)
  cmake_path(GET folder FILENAME name)
  file(CREATE_LINK ${folder} ${headers}/${name} SYMBOLIC)
endforeach()
package(Eigen3::Eigen wasm_eigen /usr/include/eigen3/Eigen)

# One target, WASM; ours includes Debian's. Debian's libhwy is for its own architecture.
file(MAKE_DIRECTORY ${headers}/highway)
file(CREATE_LINK /usr/include/hwy ${headers}/highway/hwy SYMBOLIC)
add_library(hwy STATIC ${CMAKE_CURRENT_LIST_DIR}/highway.cpp)
target_include_directories(hwy SYSTEM PUBLIC ${CMAKE_CURRENT_LIST_DIR}/highway ${headers}/highway)
target_compile_definitions(hwy PUBLIC HWY_COMPILE_ONLY_STATIC)
add_library(hwy::hwy ALIAS hwy)

if(ENGRAM_BUILD_TESTS)
  add_library(wasm_unit_test_framework STATIC EXCLUDE_FROM_ALL ${CMAKE_CURRENT_LIST_DIR}/unit_test_framework.cpp)
  target_link_libraries(wasm_unit_test_framework PUBLIC Boost::headers)
  add_library(Boost::unit_test_framework ALIAS wasm_unit_test_framework)
endif()

add_compile_options(-include ${CMAKE_CURRENT_LIST_DIR}/libcxx13.hpp)
