# Programs and their outputs in pages of documentation.

# cut_block(TEXT LANGUAGE BLOCK): the first fenced block of that language in the text of the variable TEXT, without its fences.
# BEFORE is what stands before it; TEXT keeps what follows it. An error if there is none.
function(cut_block text_variable language block_variable)
  set(fence "\n```${language}\n")
  string(FIND "${${text_variable}}" "${fence}" start)
  if(start EQUAL -1)
    message(FATAL_ERROR "the page has no (further) block of ${language}")
  endif()
  string(SUBSTRING "${${text_variable}}" 0 ${start} before)
  string(LENGTH "${fence}" length)
  math(EXPR start "${start} + ${length}")
  string(SUBSTRING "${${text_variable}}" ${start} -1 rest)
  string(FIND "${rest}" "\n```\n" end)
  math(EXPR end "${end} + 1")
  string(SUBSTRING "${rest}" 0 ${end} block)
  math(EXPR end "${end} + 3")
  string(SUBSTRING "${rest}" ${end} -1 rest)
  set(BEFORE "${before}" PARENT_SCOPE)
  set(${block_variable} "${block}" PARENT_SCOPE)
  set(${text_variable} "${rest}" PARENT_SCOPE)
endfunction()

# write_if_different(FILE CONTENT): what did not change is not compiled again.
function(write_if_different file content)
  if(EXISTS ${file})
    file(READ ${file} old)
  endif()
  if(NOT EXISTS ${file} OR NOT "${old}" STREQUAL "${content}")
    file(WRITE ${file} "${content}")
  endif()
endfunction()

# require_output(PROGRAM EXPECTED): the program succeeds and prints that. Digits after the sixth decimal do not count: they
# depend on the instructions of the machine.
function(require_output program expected)
  execute_process(COMMAND ${program} OUTPUT_VARIABLE output ERROR_VARIABLE errors RESULT_VARIABLE code)
  if(NOT code EQUAL 0)
    message(FATAL_ERROR "${program} ended with ${code}:\n${output}${errors}")
  endif()
  foreach(text output expected)
    string(REGEX REPLACE "(\\.[0-9][0-9][0-9][0-9][0-9][0-9])[0-9]+" "\\1" ${text} "${${text}}")
  endforeach()
  if(NOT output STREQUAL expected)
    message(FATAL_ERROR "the page says\n${expected}\nbut the program prints\n${output}")
  endif()
endfunction()
