# ShellCheck finds nothing in any shell script.
find_program(SHELLCHECK shellcheck)
if(NOT SHELLCHECK)
  message(STATUS "skipped: there is no ShellCheck (apt install shellcheck)")
  return()
endif()
file(GLOB_RECURSE scripts ${SOURCE}/tests/*.sh)
execute_process(COMMAND ${SHELLCHECK} ${SOURCE}/run ${SOURCE}/.ci/run ${scripts} COMMAND_ERROR_IS_FATAL ANY)
