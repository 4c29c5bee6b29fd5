# FOLDER becomes an empty folder that no other run of the tests has at this moment: FOLDER 0, or, while somebody has that, FOLDER 1 and
# so on. Its name has a space, as users' folders do. The lock ends with the script, however that ends.
foreach(number RANGE 99)
  set(own "${FOLDER} ${number}")
  file(LOCK "${own}.lock" GUARD PROCESS TIMEOUT 0 RESULT_VARIABLE taken)
  if(taken EQUAL 0)
    break()
  endif()
endforeach()
set(FOLDER ${own})
file(REMOVE_RECURSE ${FOLDER})
file(MAKE_DIRECTORY ${FOLDER})
