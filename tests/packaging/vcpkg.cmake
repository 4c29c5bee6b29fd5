# cmake -D PORT=... -D FOLDER=... -P vcpkg.cmake: does what a portfile.cmake asks of vcpkg, with what this machine has installed; the
# package comes to FOLDER/package. vcpkg's functions configure, build and install here, and look whether the files are there that they
# would move.
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
  execute_process(COMMAND ${CMAKE_COMMAND} --build ${FOLDER}/build OUTPUT_QUIET COMMAND_ERROR_IS_FATAL ANY)
  execute_process(COMMAND ${CMAKE_COMMAND} --install ${FOLDER}/build OUTPUT_QUIET COMMAND_ERROR_IS_FATAL ANY)
endfunction()

function(expect_file path)
  if(NOT EXISTS ${path})
    message(FATAL_ERROR "there is no ${path}")
  endif()
endfunction()

function(vcpkg_cmake_config_fixup)
  cmake_parse_arguments(PARSE_ARGV 0 arg "" CONFIG_PATH "")
  expect_file(${CURRENT_PACKAGES_DIR}/${arg_CONFIG_PATH}/engram-config.cmake)
endfunction()

function(vcpkg_fixup_pkgconfig)
  expect_file(${CURRENT_PACKAGES_DIR}/lib/pkgconfig/engram-autodiff.pc)
endfunction()

function(vcpkg_install_copyright)
  cmake_parse_arguments(PARSE_ARGV 0 arg "" "" FILE_LIST)
  expect_file(${arg_FILE_LIST})
endfunction()

include(${PORT}/portfile.cmake)
