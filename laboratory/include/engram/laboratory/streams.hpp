/// Standard streams. They may be closed, full or gone: work goes on, whatever becomes of what it says.
#pragma once

#include <cstdio>
#include <string>
#include <string_view>

namespace engram::laboratory {

/// Opens /dev/null in place of standard streams that are closed, so that no file of results gets the
/// descriptor of one and receives what is meant for it. A reader who goes away ends the printing, not the
/// program (SIGPIPE is ignored). A program calls this first.
void secure_standard_streams();

/// From now on nothing of all this is heard but complaints: another process speaks.
void only_complaints();
/// Whether another process speaks.
bool is_mute();

/// Writes at once, and drops what cannot be written. Does not throw.
void put(std::FILE* stream, std::string_view text);

/// Writes to standard output, as it is, for programs that read it. After the first failure nothing more is
/// written.
void print(std::string_view text);

/// Lines for people on standard output, wrapped at the width of their terminal; ends the last one.
void tell(std::string_view text);

/// A line on standard error, whatever the message has in it: "PROGRAM: message".
void complain(std::string_view program, std::string message);

/// Why standard output failed, as `errno` has it; 0 if it did not.
int output_error();

}  // namespace engram::laboratory
