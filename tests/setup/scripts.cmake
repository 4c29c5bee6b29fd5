# ShellCheck finds nothing in the scripts that users run, and no errors in those of the tests.
find_program(SHELLCHECK shellcheck)
if(NOT SHELLCHECK)
  message(STATUS "skipped: there is no ShellCheck (apt install shellcheck)")
  return()
endif()
execute_process(COMMAND ${SHELLCHECK} ${SOURCE}/run ${SOURCE}/.ci/run COMMAND_ERROR_IS_FATAL ANY)
file(GLOB_RECURSE scripts ${SOURCE}/tests/*.sh)
execute_process(COMMAND ${SHELLCHECK} --shell=sh --severity=error ${scripts} COMMAND_ERROR_IS_FATAL ANY)
