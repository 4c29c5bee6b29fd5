# Meta-trainings survive a signal, and what --resume finds that it cannot go on with. Kills are in kill.cmake.
include(${CMAKE_CURRENT_LIST_DIR}/../support/own_folder.cmake)
include(${CMAKE_CURRENT_LIST_DIR}/run.cmake)
include(${CMAKE_CURRENT_LIST_DIR}/refused.cmake)

set(settings train --quick --validate-every 50 --checkpoint-every 10)
set(training ${settings} --outer-steps 300)

# rows_and_step(FOLDER): sets `rows`, the steps in the log, and `step`, that of the checkpoint.
function(rows_and_step name)
  file(READ ${FOLDER}/${name}/checkpoint.json text)
  string(JSON step GET "${text}" state step)
  file(READ ${FOLDER}/${name}/meta_training.csv log)
  string(REGEX MATCHALL "\n[0-9]+," rows "${log}")
  list(LENGTH rows rows)
  set(rows ${rows} PARENT_SCOPE)
  set(step ${step} PARENT_SCOPE)
endfunction()

run(${training} --out whole)

# A signal, then --resume.
execute_process(COMMAND timeout --preserve-status -s INT 1 ${PROGRAM} ${settings} --outer-steps 100000000 --out signal
                WORKING_DIRECTORY ${FOLDER} RESULT_VARIABLE code OUTPUT_VARIABLE out ERROR_QUIET)
if(NOT code EQUAL 130)
  message(FATAL_ERROR "after SIGINT two_moons train ended with ${code}:\n${out}")
endif()
rows_and_step(signal)
if(NOT rows EQUAL step)
  message(FATAL_ERROR "the checkpoint after a signal is of step ${step}, the log of ${rows}")
endif()
refused("outer_steps is 100000000 there and 300 here" ${training} --out signal --resume)
if(step GREATER 0)
  refused("stopped after step ${step}" ${training} --out signal)
endif()

# A finished run is resumed to the same end.
run(${training} --out whole --resume)

# Checkpoints that are missing, cut off, foreign; and what --resume does not go with.
refused("none/checkpoint.json" ${training} --out none --resume)
file(READ ${FOLDER}/whole/checkpoint.json text)
string(SUBSTRING "${text}" 0 3000 part)
file(WRITE ${FOLDER}/cut/checkpoint.json "${part}")
refused("cut off" ${training} --out cut --resume)
file(WRITE ${FOLDER}/foreign/checkpoint.json "{\"name\": \"something else\"}")
refused("no engram checkpoint" ${training} --out foreign --resume)
refused("leave out --rule" --rule whole/rule.json --resume)

# watch tells of a finished run and of one that stands still, in plain lines; of none it says so.
run(watch whole)
if(NOT out MATCHES "^The run is finished, 300 steps: loss [0-9.]+  validation [0-9.]+, best [0-9.]+\n$")
  message(FATAL_ERROR "watch says:\n${out}")
endif()
execute_process(COMMAND timeout --preserve-status -s INT 1 ${PROGRAM} watch signal WORKING_DIRECTORY ${FOLDER}
                RESULT_VARIABLE code OUTPUT_VARIABLE out ERROR_VARIABLE err)
if(NOT code EQUAL 0 OR NOT "${out}${err}" MATCHES "^${step} of 100000000 steps so far: loss [0-9.]+[^\n\r]*\n$")
  message(FATAL_ERROR "watch of a run that stands still ended with ${code}:\n${out}${err}")
endif()
refused("none/checkpoint.json" watch none)
file(COPY ${FOLDER}/whole/checkpoint.json DESTINATION ${FOLDER}/foreign_log)
file(WRITE ${FOLDER}/foreign_log/meta_training.csv "a,b\nc,d\n")
refused("row 1 is none of a meta-training of 300 steps" watch foreign_log)
