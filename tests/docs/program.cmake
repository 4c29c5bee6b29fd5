include(${CMAKE_CURRENT_LIST_DIR}/pages.cmake)
file(READ ${EXPECTED} expected)
require_output(${PROGRAM} "${expected}")
