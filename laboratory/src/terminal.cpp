#include <engram/laboratory/terminal.hpp>

#include <algorithm>
#include <cctype>
#include <cstdlib>
#include <sys/ioctl.h>
#include <unistd.h>

namespace engram::laboratory {
namespace {

std::string variable(const char* name) {
  const char* value = std::getenv(name);
  return value == nullptr ? "" : value;
}

bool is_dumb() { return variable("TERM") == "dumb"; }

/// The locale of characters, by the order in which POSIX asks for it.
bool is_utf8() {
  std::string locale;
  for (const char* name : {"LC_ALL", "LC_CTYPE", "LANG"})
    if (locale.empty()) locale = variable(name);
  std::ranges::transform(locale, locale.begin(), [](unsigned char c) { return std::tolower(c); });
  return locale.find("utf-8") != std::string::npos || locale.find("utf8") != std::string::npos;
}

bool begins_character(char byte) { return (byte & 0xC0) != 0x80; }

/// The byte at which column `column` begins, or the text's end.
std::size_t byte_of(std::string_view text, int column) {
  std::size_t at = 0;
  while (at < text.size() && (!begins_character(text[at]) || column-- > 0)) ++at;
  return at;
}

/// Where the further lines of this one begin.
std::size_t hanging_indent(std::string_view line, int width) {
  const std::size_t first = line.find_first_not_of(' ');
  if (first == 0 || first == std::string_view::npos) return 0;
  const std::size_t gap = line.find("  ", first);
  const std::size_t second =
      gap == std::string_view::npos ? first : std::min(line.find_first_not_of(' ', gap), line.size());
  return second <= static_cast<std::size_t>(width / 2) ? second : first;
}

std::string wrapped_line(std::string line, int width) {
  std::string text;
  const std::size_t indent = hanging_indent(line, width);
  while (columns(line) > width) {
    std::size_t cut = line.rfind(' ', byte_of(line, width));
    if (cut == std::string::npos || cut < indent || line.find_first_not_of(' ') > cut)
      cut = line.find(' ', std::max(indent, line.find_first_not_of(' ')));
    if (cut == std::string::npos) break;
    const std::size_t next = line.find_first_not_of(' ', cut);
    if (next == std::string::npos) break;
    text += line.substr(0, line.find_last_not_of(' ', cut) + 1) + '\n';
    line = std::string(indent, ' ') + line.substr(next);
  }
  return text + line;
}

}  // namespace

bool can_redraw(std::FILE* stream) { return ::isatty(::fileno(stream)) == 1 && !is_dumb(); }

bool can_draw_blocks() { return is_utf8() && !is_dumb() && variable("NO_COLOR").empty(); }

int terminal_width(std::FILE* stream, int elsewhere) {
  if (::isatty(::fileno(stream)) != 1) return elsewhere;
  winsize size{};
  return ::ioctl(::fileno(stream), TIOCGWINSZ, &size) == 0 && size.ws_col > 0 ? size.ws_col : 80;
}

int columns(std::string_view text) { return static_cast<int>(std::ranges::count_if(text, begins_character)); }

std::string shortened(std::string_view text, int width) {
  if (columns(text) <= width) return std::string(text);
  constexpr std::string_view mark = "..";
  const int rest = std::max(width - static_cast<int>(mark.size()), 0);
  return std::string(text.substr(0, byte_of(text, rest))) +
         std::string(mark.substr(0, static_cast<std::size_t>(std::clamp(width, 0, 2))));
}

std::string wrapped(std::string_view text, int width) {
  std::string all;
  for (std::size_t at = 0; at <= text.size();) {
    const std::size_t end = std::min(text.find('\n', at), text.size());
    all += (at == 0 ? "" : "\n") + wrapped_line(std::string(text.substr(at, end - at)), width);
    at = end + 1;
  }
  return all;
}

}  // namespace engram::laboratory
