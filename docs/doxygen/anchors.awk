# Doxygen 1.9 gives headings no names that links could use. This filter gives them those that GitHub does, with the file's name
# before them, since Doxygen's names are of all files together: ## Two words -> ## Two words {#file-two-words}. Links to another folder's
# README become plain words: Doxygen would take it for the main page.
FNR == 1 {
  file = FILENAME
  sub(/.*\//, "", file)
  sub(/\.md$/, "", file)
}
/^```/ { in_code = !in_code }
!in_code {
  gsub(/\]\(#/, "](#" file "-")
  while (match($0, /\[[^]]*\]\([^)]*\/README\.md\)/)) {
    link = substr($0, RSTART + 1, RLENGTH - 1)
    sub(/\].*/, "", link)
    $0 = substr($0, 1, RSTART - 1) link substr($0, RSTART + RLENGTH)
  }
  if (/^##+ /) {
    name = tolower($0)
    sub(/^#+ /, "", name)
    gsub(/[^a-z0-9 _-]/, "", name)
    gsub(/ /, "-", name)
    $0 = $0 " {#" file "-" name "}"
  }
}
{ print }
