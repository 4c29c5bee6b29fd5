# few_lines.sh COMPILER ARGUMENT...: passes if what the compiler says has 1 to 12 lines.
lines=$("$@" 2>&1 | tee /dev/stderr | wc -l)
echo "$lines lines"
[ "$lines" -ge 1 ] && [ "$lines" -le 12 ]
