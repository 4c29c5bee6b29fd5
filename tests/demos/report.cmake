# The report in a browser: its script runs, the slider moves the boundary, nothing is wider than a phone, and it can be printed.
find_program(BROWSER NAMES chromium chromium-browser google-chrome)
if(NOT BROWSER)
  message(STATUS "skipped: there is no Chromium (apt install chromium)")
  return()
endif()
include(${CMAKE_CURRENT_LIST_DIR}/../support/own_folder.cmake)
execute_process(COMMAND ${PROGRAM} figure2 --quick --out ${FOLDER}/out OUTPUT_QUIET ERROR_QUIET COMMAND_ERROR_IS_FATAL ANY)

function(browse)
  execute_process(COMMAND ${BROWSER} --headless --no-sandbox --disable-gpu --hide-scrollbars --user-data-dir=${FOLDER}/profile ${ARGN}
                  RESULT_VARIABLE code OUTPUT_VARIABLE out ERROR_VARIABLE err TIMEOUT 120)
  if(NOT code EQUAL 0)
    message(FATAL_ERROR "the browser ended with ${code}:\n${err}")
  endif()
  set(out "${out}" PARENT_SCOPE)
endfunction()

file(READ ${FOLDER}/out/report.html report)
string(REPLACE "</body>" "<script>
  const result = [document.documentElement.scrollWidth <= window.innerWidth ? 'fits' : 'too wide'];
  const slider = document.getElementById('film-step'), text = () => document.getElementById('film-text-0').textContent;
  const picture = () => document.getElementById('film-0').toDataURL();
  const last = picture();
  result.push(text());
  slider.value = 3;
  slider.dispatchEvent(new Event('input'));
  result.push(text(), picture() === last ? 'the same picture' : 'another picture');
  document.title = result.join('|');
</script></body>" report "${report}")
file(WRITE ${FOLDER}/probed.html "${report}")
foreach(width 500 1280)  # a headless Chromium is at least 500 wide
  browse(--window-size=${width},900 --dump-dom file://${FOLDER}/probed.html)
  if(NOT out MATCHES "<title>fits.step 50: [0-9.]+ % correct.step 3: [0-9.]+ % correct.another picture</title>")
    string(REGEX MATCH "<title>[^<]*" title "${out}")
    message(FATAL_ERROR "at width ${width} the page tells: ${title}")
  endif()
endforeach()
browse(--no-pdf-header-footer --print-to-pdf=${FOLDER}/report.pdf file://${FOLDER}/out/report.html)
file(SIZE ${FOLDER}/report.pdf size)
if(size LESS 20000)
  message(FATAL_ERROR "the printed report has ${size} bytes")
endif()
