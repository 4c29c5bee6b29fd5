# names.py finds every kind of mistake in a small repository, and none in this one.
include(${CMAKE_CURRENT_LIST_DIR}/../support/own_folder.cmake)
set(script ${CMAKE_CURRENT_LIST_DIR}/names.py)
file(WRITE ${FOLDER}/run "case x in\n  test)\n    echo --known\n    ;;\nesac\n")
file(WRITE ${FOLDER}/lib/include/lib.hpp "/// Calls `made_up` of nowhere.hpp.\nint known_name;\n")
file(WRITE ${FOLDER}/docs/other.md "# A heading\n")
string(REPEAT "long " 30 long)
file(WRITE ${FOLDER}/docs/page.md "# Page

Right: `known_name`, `lib/include/lib.hpp`, lib.hpp, `--known`, `./run test`, [other](other.md#a-heading), `own_name`.

`gone_name`, `lib/gone.hpp`, `--gone`, `./run gone`, [gone](gone.md), [gone](other.md#gone), away.cpp
${long}

```cpp
int own_name;
```

```python
gone = 1
```
")
execute_process(COMMAND ${PYTHON} -B ${script} ${FOLDER} OUTPUT_VARIABLE out RESULT_VARIABLE code)
set(expected "docs/page.md: link gone.md
docs/page.md: anchor other.md#gone
docs/page.md: line 6 has 150 columns; at most 140 outside of tables
docs/page.md: a block of Python that is in no program: gone = 1
docs/page.md: file away.cpp
docs/page.md: file lib/gone.hpp
docs/page.md: name gone_name
docs/page.md: path lib/gone.hpp
docs/page.md: option --gone
docs/page.md: command ./run gone
lib/include/lib.hpp: file nowhere.hpp
lib/include/lib.hpp: name made_up
")
if(code EQUAL 0 OR NOT out STREQUAL expected)
  message(FATAL_ERROR "of a page with mistakes names.py ends with ${code} and prints\n${out}")
endif()
execute_process(COMMAND ${PYTHON} -B ${script} ${SOURCE} COMMAND_ERROR_IS_FATAL ANY)
