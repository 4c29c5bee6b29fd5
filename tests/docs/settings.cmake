# docs/settings.md is what the settings say of themselves.
execute_process(COMMAND ${PROGRAM} OUTPUT_VARIABLE expected COMMAND_ERROR_IS_FATAL ANY)
file(READ ${PAGE} page)
if(NOT page STREQUAL expected)
  message(FATAL_ERROR "${PAGE} is not what the settings are now; write it anew: ${PROGRAM} > ${PAGE}")
endif()
