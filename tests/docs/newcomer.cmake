# Installs engram, and then does what the tutorial tells a newcomer to do.
include(${CMAKE_CURRENT_LIST_DIR}/pages.cmake)
include(${CMAKE_CURRENT_LIST_DIR}/../support/own_folder.cmake)
file(COPY_FILE ${PROGRAMS}/CMakeLists.txt ${FOLDER}/CMakeLists.txt)
file(COPY_FILE ${PROGRAMS}/a_first_gradient.cpp ${FOLDER}/main.cpp)
foreach(command
    "--install;${BUILD};--prefix;${FOLDER}/engram"
    "-S;${FOLDER};-B;${FOLDER}/build;-G;${GENERATOR};-DCMAKE_PREFIX_PATH=${FOLDER}/engram;-DCMAKE_CXX_COMPILER=${CMAKE_CXX_COMPILER}"
    "--build;${FOLDER}/build")
  execute_process(COMMAND ${CMAKE_COMMAND} ${command} OUTPUT_QUIET COMMAND_ERROR_IS_FATAL ANY)
endforeach()
file(READ ${PROGRAMS}/a_first_gradient.txt expected)
require_output(${FOLDER}/build/main "${expected}")
