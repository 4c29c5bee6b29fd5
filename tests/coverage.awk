# coverage.awk: of what llvm-cov exports in LCOV's format, the share of the lines of each library that ran, and of each of its files in
# which some did not. Fails where a library is below its bound. -v root=FOLDER/ is the checkout.
BEGIN {
  bound["autodiff"] = 98
  bound["plasticity"] = 90
  bound["laboratory"] = 90
}

/^SF:/ {
  file = substr($0, 4)
  if (index(file, root) == 1) file = substr(file, length(root) + 1)
  sub(/^.*\.\.\//, "", file) # a compiler cache makes paths relative to the folder of the build
  library = file
  sub("/.*", "", library)
}

/^DA:/ && library in bound {
  split(substr($0, 4), entry, ",")
  ++lines[file]
  ++total[library]
  if (entry[2] > 0) {
    ++ran[file]
    ++total_ran[library]
  } else {
    missed[file] = missed[file] " " entry[1]
  }
}

END {
  for (file in lines)
    if (ran[file] < lines[file]) printf "%6.1f %%  %s:%s\n", 100 * ran[file] / lines[file], file, missed[file] | "sort -k3"
  close("sort -k3")
  for (library in bound) {
    share = total[library] ? 100 * total_ran[library] / total[library] : 0
    too_few = share < bound[library]
    failed = failed || too_few
    printf "%s: %.1f %% of %d lines ran%s\n", library, share, total[library], too_few ? ", which is less than " bound[library] " %" : ""
  }
  exit failed
}
