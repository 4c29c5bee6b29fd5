#!/bin/sh
# run.sh RUN FOLDER: what ./run promises of itself, tried on checkouts of a few lines in a folder of FOLDER whose name has spaces.
# They build nothing but a script, so each command takes a moment; packages are not installed but listed.
set -eu
run=$1
mkdir -p "$2"
folder=$(readlink -f -- "$(mktemp -d "$2/a folder of XXXXXX")")
trap 'rm -rf "$folder"' EXIT
failures=0

# expect WHAT VALUE EXPECTED
expect() {
  [ "$2" = "$3" ] && return
  printf '%s: it says\n%s\nnot\n%s\n' "$1" "$2" "$3" >&2
  failures=$((failures + 1))
}

# wait_for COMMAND...: until it succeeds.
wait_for() { until "$@"; do sleep 0.02; done; }

# Every package is installed: dpkg-query -W -f FORMAT PACKAGE...
mkdir "$folder/fake"
cat >"$folder/fake/dpkg-query" <<'TEXT'
#!/bin/sh
shift 3
printf 'installed %s\n' "$@"
TEXT
chmod +x "$folder/fake/dpkg-query"
PATH=$folder/fake:$PATH

# checkout PATH WORD: a project with one demo, which prints the word, a file that CMake writes, and a test that is skipped. Its build
# waits while there is a file `hold`.
checkout() {
  mkdir -p "$1/demos"
  cp "$run" "$1/run"
  printf '#!/bin/sh\necho %s\n' "$2" >"$1/demos/first_gradient.cpp"
  chmod +x "$1/demos/first_gradient.cpp"
  cat >"$1/CMakeLists.txt" <<'TEXT'
cmake_minimum_required(VERSION 3.25)
project(small NONE)
set(source ${CMAKE_SOURCE_DIR}/demos/first_gradient.cpp)
set(program ${CMAKE_BINARY_DIR}/bin/first_gradient)
file(WRITE ${CMAKE_BINARY_DIR}/written "by CMake")
add_custom_command(OUTPUT ${program} DEPENDS ${source} ${CMAKE_BINARY_DIR}/written VERBATIM
                   COMMAND sh -c "while [ -e hold ]; do sleep 0.02; done" COMMAND ${CMAKE_COMMAND} -E copy ${source} ${program}
                   WORKING_DIRECTORY ${CMAKE_SOURCE_DIR})
add_custom_target(first_gradient ALL DEPENDS ${program})
option(ENGRAM_BUILD_TESTS "" OFF)
if(ENGRAM_BUILD_TESTS)
  enable_testing()
  add_test(NAME runs COMMAND ${program})
  add_test(NAME needs COMMAND ${CMAKE_COMMAND} -E echo "-- skipped: there is no Thing (apt install thing)")
  set_tests_properties(needs PROPERTIES SKIP_REGULAR_EXPRESSION "skipped: ")
endif()
TEXT
  cat >"$1/CMakePresets.json" <<'TEXT'
{
  "version": 6,
  "configurePresets": [{"name": "release", "generator": "Ninja", "binaryDir": "${sourceDir}/build/release"}],
  "testPresets": [{"name": "release", "configurePreset": "release"}]
}
TEXT
}

# demo CHECKOUT: what its demo prints; what ./run says is in the file `said`.
demo() { "$1/run" example first_gradient 2>"$folder/said" || { status=$?; cat "$folder/said"; return $status; }; }

first="$folder/first checkout"
checkout "$first" one
expect "a path with spaces" "$(demo "$first")" one
ln -s "first checkout/run" "$folder/link"
expect "a symbolic link to run" "$(cd / && "$folder/link" example first_gradient 2>/dev/null)" one

expect "standard error closed" "$("$first/run" example first_gradient 2>&-)" one
expect "standard error full" "$("$first/run" example first_gradient 2>/dev/full)" one
touch "$first/demos/first_gradient.cpp" # there is something to build
expect "standard input and error closed" "$("$first/run" example first_gradient <&- 2>&-)" one
"$first/run" example first_gradient >&- 2>/dev/null || expect "standard output closed: the exit code" $? 0

cp -a "$first" "$folder/copy"
checkout "$folder/copy" two
expect "a copied checkout" "$(demo "$folder/copy")" two
expect "the checkout that was copied" "$(demo "$first")" one
mv "$folder/copy" "$folder/moved"
checkout "$folder/copy" three
expect "a moved checkout, in whose place there is another" "$(demo "$folder/moved")" two
expect "a checkout in the place of another" "$(demo "$folder/copy")" three

for lost in build.ninja CMakeCache.txt CMakeFiles CMakeFiles/rules.ninja written bin .ninja_log; do
  rm -r "$first/build/release/$lost"
  expect "a build folder that lost $lost" "$(demo "$first")" one
done

checkout "$first" four
touch "$first/hold"
"$first/run" example first_gradient >"$folder/a" 2>"$folder/a.said" &
wait_for grep -qs Building "$folder/a.said"
"$first/run" example first_gradient >"$folder/b" 2>"$folder/b.said" &
wait_for grep -qs Waiting "$folder/b.said"
expect "who waits" "$(sed 's/[0-9][0-9:]*/N/g' "$folder/b.said")" \
  "Waiting for process N, which is at ./run example in this folder since N"
rm "$first/hold"
wait
expect "who was waited for" "$(cat "$folder/a")" four
expect "who waited" "$(cat "$folder/b")" four

expect "a test that was skipped" "$("$first/run" test 2>&1 | tail -n 2)" "Tests were skipped. ./run tools installs what they need:
  there is no Thing (apt install thing)"
expect "a test that was not asked for" "$("$first/run" test -R runs 2>&1 | grep -c skipped)" 0
rm "$first/build/release/CTestTestfile.cmake"
expect "tests in a build folder that lost their list" "$("$first/run" test 2>&1 | grep -c '100% tests passed')" 1

sleep 0.01 # or the file is not newer
sed -i 's|"generator"|"cacheVariables": {"ADDED": "yes"}, &|' "$first/CMakePresets.json"
expect "a build whose presets have changed" "$(demo "$first")" four
expect "what it has of these, and of former options" \
  "$(grep -E '^(ADDED|ENGRAM_BUILD_TESTS):' "$first/build/release/CMakeCache.txt")" "ADDED:UNINITIALIZED=yes
ENGRAM_BUILD_TESTS:BOOL=ON"

# A machine with nothing but apt: the packages that it is asked for.
mkdir "$folder/bare"
for program in sh cat dirname readlink grep env; do ln -s "$(command -v $program)" "$folder/bare"; done
printf '#!/bin/sh\necho 0\n' >"$folder/bare/id"
printf '#!/bin/sh\n:\n' >"$folder/bare/dpkg-query"
cat >"$folder/bare/apt-get" <<TEXT
#!/bin/sh
echo "\$@" >>"$folder/asked"
TEXT
chmod +x "$folder/bare/id" "$folder/bare/dpkg-query" "$folder/bare/apt-get"
PATH=$folder/bare "$first/run" tools 2>/dev/null
for package in g++ cmake libboost-test-dev libopenmpi-dev openmpi-bin gnuplot-nox clang llvm clang-format-14 doxygen python3-numpy shellcheck chromium; do
  expect "asked for $package" "$(grep -c -e " $package\( \|\$\)" "$folder/asked")" 1
done

exit $failures
