# For what is neither installed nor measured. Debug builds are for looking closely at the libraries; the rest compiles in half the time
# without optimisation and without checks of pointers. Of these the address sanitizer finds null ones too, but not misaligned ones.
add_library(engram_quick INTERFACE)
target_compile_options(engram_quick INTERFACE "$<$<CONFIG:Debug>:-O0;-fno-sanitize=null,alignment,vptr>")
