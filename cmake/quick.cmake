# For what is neither installed nor measured. Debug builds are for looking closely at the libraries; the rest compiles in half the time
# without optimisation and without checks of pointers. Of these the address sanitizer finds null ones too, but not misaligned ones.
# Optimised builds optimise it a little.
set(in_debug_builds "$<$<CONFIG:Debug>:-O0;-fno-sanitize=null,alignment,vptr>")
add_library(engram_quick INTERFACE)
target_compile_options(engram_quick INTERFACE ${in_debug_builds} $<$<CONFIG:Release>:-O1>)

# For tests, which wait for the libraries: never optimised.
add_library(engram_quickest INTERFACE)
target_compile_options(engram_quickest INTERFACE ${in_debug_builds} -O0)
