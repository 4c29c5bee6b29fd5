# cmake -D PORT=... -D FOLDER=... -P vcpkg.cmake: does what a portfile.cmake asks of vcpkg, with what this machine has installed, as far
# as that takes no minutes: vcpkg's functions configure here, and look whether the build would install the files that they would move.
# That such a build can be installed and used is what other tests of this folder show.
cmake_policy(VERSION 3.25)
set(CURRENT_PACKAGES_DIR ${FOLDER}/package)
file(REMOVE_RECURSE ${CURRENT_PACKAGES_DIR})

# No feature is chosen.
function(vcpkg_check_features)
  cmake_parse_arguments(PARSE_ARGV 0 arg "" OUT_FEATURE_OPTIONS FEATURES)
  set(options "")
  while(arg_FEATURES)
    list(POP_FRONT arg_FEATURES feature option)
    list(APPEND options -D${option}=OFF)
  endwhile()
  set(${arg_OUT_FEATURE_OPTIONS} ${options} PARENT_SCOPE)
endfunction()

function(vcpkg_cmake_configure)
  cmake_parse_arguments(PARSE_ARGV 0 arg "" SOURCE_PATH OPTIONS)
  execute_process(COMMAND ${CMAKE_COMMAND} -S ${arg_SOURCE_PATH} -B ${FOLDER}/build
                          -DCMAKE_INSTALL_PREFIX=${CURRENT_PACKAGES_DIR} ${arg_OPTIONS}
                  OUTPUT_QUIET ERROR_VARIABLE said RESULT_VARIABLE code)
  if(NOT code EQUAL 0 OR said MATCHES "not used by the project")
    message(FATAL_ERROR "${said}")
  endif()
endfunction()

function(vcpkg_cmake_install)
  file(GLOB_RECURSE scripts ${FOLDER}/build/cmake_install.cmake)
  foreach(script IN LISTS scripts)
    file(READ ${script} text)
    string(APPEND installs "${text}")
  endforeach()
  set(installs "${installs}" PARENT_SCOPE)
endfunction()

function(expect_installed folder file)
  if(NOT installs MATCHES "DESTINATION \"\\\${CMAKE_INSTALL_PREFIX}/${folder}\"[^)]*/${file}\"")
    message(FATAL_ERROR "the build would not install ${folder}/${file}")
  endif()
endfunction()

macro(vcpkg_cmake_config_fixup)
  cmake_parse_arguments(arg "" CONFIG_PATH "" ${ARGN})
  expect_installed(${arg_CONFIG_PATH} engram-config.cmake)
endmacro()

macro(vcpkg_fixup_pkgconfig)
  expect_installed(lib/pkgconfig engram-autodiff.pc)
endmacro()

function(vcpkg_install_copyright)
  cmake_parse_arguments(PARSE_ARGV 0 arg "" "" FILE_LIST)
  if(NOT EXISTS ${arg_FILE_LIST})
    message(FATAL_ERROR "there is no ${arg_FILE_LIST}")
  endif()
endfunction()

include(${PORT}/portfile.cmake)
