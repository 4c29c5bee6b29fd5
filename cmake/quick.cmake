# For what is neither installed nor measured. Debug builds are for looking closely at the libraries; the rest compiles in half the time
# without optimisation and without checks of pointers, which the address sanitizer has, too.
add_library(engram_quick INTERFACE)
target_compile_options(engram_quick INTERFACE "$<$<CONFIG:Debug>:-O0;-fno-sanitize=null,alignment,vptr>")
