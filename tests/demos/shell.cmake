# SCRIPT, a shell script, with the folder BIN of the programs and the folder RULES of the rules, in a folder of its own.
include(${CMAKE_CURRENT_LIST_DIR}/../support/own_folder.cmake)
execute_process(COMMAND sh ${SCRIPT} ${BIN} ${RULES} WORKING_DIRECTORY ${FOLDER} COMMAND_ERROR_IS_FATAL ANY)
