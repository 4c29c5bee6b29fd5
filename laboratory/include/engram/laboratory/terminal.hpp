/// What a terminal can show.
#pragma once

#include <cstdio>
#include <string>
#include <string_view>

namespace engram::laboratory {

/// Whether a line on this stream can be drawn over: it is a terminal, and TERM is not "dumb".
bool can_redraw(std::FILE* stream);

/// Whether bars may be drawn of block characters: the locale is one of UTF-8, and neither NO_COLOR is set nor
/// TERM "dumb".
bool can_draw_blocks();

/// Columns of the terminal behind the stream, 80 if it does not say; `elsewhere` if there is no terminal.
int terminal_width(std::FILE* stream, int elsewhere);

/// How many columns a UTF-8 text takes, every character counted as one.
int columns(std::string_view text);

/// At most so many columns of the text; what is cut ends with "..".
std::string shortened(std::string_view text, int width);

/// The text with lines of at most `width` columns, broken between words. A line that begins with spaces, as
/// in lists, goes on below its first word; where it has two parts with two spaces or more between them, below
/// the second. Words that are too long stay whole.
std::string wrapped(std::string_view text, int width);

}  // namespace engram::laboratory
