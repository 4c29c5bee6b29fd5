# The report in a browser, on a phone and on a desk, in the light and in the dark: nothing is wider than the window, drawings have roles,
# titles and ids of their own, the film moves, and it can be printed.
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

# What a page tells of itself, in its title: one line of what is wrong, or that all is well; then what the film says.
file(READ ${FOLDER}/out/report.html report)
string(REPLACE "</body>" "<script>
  const wrong = [], require = (ok, what) => ok || wrong.push(what), all = what => [...document.querySelectorAll(what)];
  require(document.documentElement.scrollWidth <= innerWidth, 'it is wider than the window');
  const ids = all('[id]').map(e => e.id);
  require(ids.length > 100 && new Set(ids).size === ids.length, 'ids are not unique: ' + ids.filter((id, i) => ids.indexOf(id) !== i));
  require(all('figure').length > 3 && all('figure svg').length === all('figure').length, 'drawings are missing');
  for (const svg of all('svg')) {
    const title = document.getElementById(svg.getAttribute('aria-labelledby'));
    require(svg.getAttribute('role') === 'img', 'a drawing has no role');
    require(title && svg.contains(title) && title.textContent.length > 5, 'a drawing has no title');
    for (const use of svg.querySelectorAll('use')) require(svg.querySelector(use.getAttribute('xlink:href')), 'a mark is of another drawing');
  }
  require(document.body.firstElementChild.textContent.includes('mean nothing'), 'the first line is no warning');
  for (const table of all('table')) {
    const cell = table.querySelector('td'), width = cell.getBoundingClientRect().width;
    require(width <= 0.45 * innerWidth, 'the first column leaves no room for numbers: ' + width);
  }
  const right = all('figure, table').filter(e => e.getBoundingClientRect().right > 0.75 * innerWidth);
  require(innerWidth < 1200 || right.length >= 3, 'the right of the window is not used');
  const channels = getComputedStyle(document.body).backgroundColor.match(/[0-9]+/g).map(Number);
  require((channels[0] < 128) === matchMedia('(prefers-color-scheme: dark)').matches, 'paper is ' + channels);
  dispatchEvent(new Event('beforeprint'));
  require(all('details').length > 1 && all('details').every(d => d.open), 'details are closed on paper');
  const slider = document.getElementById('film-step'), text = () => document.getElementById('film-text-0').textContent;
  const picture = () => document.getElementById('film-0').toDataURL(), last = picture(), said = [text()];
  slider.value = 3;
  slider.dispatchEvent(new Event('input'));
  said.push(text());
  require(picture() !== last, 'the film does not move');
  document.title = [wrong.join('; ') || 'all is well', ...said].join('|');
</script></body>" report "${report}")
file(WRITE ${FOLDER}/probed.html "${report}")
# A headless Chromium is at least 500 wide, a frame in it may be a phone.
file(WRITE ${FOLDER}/phone.html "<iframe src=probed.html width=390 height=800 onload='document.title = frames[0].document.title'></iframe>")
foreach(look "500;probed;1" "1280;probed;1" "1280;probed;0" "500;phone;1")
  list(GET look 0 width)
  list(GET look 1 page)
  list(GET look 2 scheme)  # 0 is dark
  browse(--window-size=${width},900 --allow-file-access-from-files --blink-settings=preferredColorScheme=${scheme}
         --dump-dom file://${FOLDER}/${page}.html)
  string(REGEX MATCH "<title>[^<]*" title "${out}")
  if(NOT title MATCHES "^<title>all is well.step 50: [0-9.]+ % correct.step 3: [0-9.]+ % correct$")
    message(FATAL_ERROR "at width ${width}, ${page}, scheme ${scheme}, the page tells: ${title}")
  endif()
endforeach()
browse(--no-pdf-header-footer --print-to-pdf=${FOLDER}/report.pdf file://${FOLDER}/out/report.html)
file(SIZE ${FOLDER}/report.pdf size)
if(size LESS 20000)
  message(FATAL_ERROR "the printed report has ${size} bytes")
endif()
