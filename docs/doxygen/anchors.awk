# Doxygen 1.9 gives headings no names that links could use. This filter gives them those that GitHub does, with the file's name
# before them, since Doxygen's names are of all files together: ## Two words -> ## Two words {#file-two-words}.
FNR == 1 {
  file = FILENAME
  sub(/.*\//, "", file)
  sub(/\.md$/, "", file)
}
/^```/ { in_code = !in_code }
!in_code {
  gsub(/\]\(#/, "](#" file "-")
  if (/^##+ /) {
    name = tolower($0)
    sub(/^#+ /, "", name)
    gsub(/[^a-z0-9 _-]/, "", name)
    gsub(/ /, "-", name)
    $0 = $0 " {#" file "-" name "}"
  }
}
{ print }
