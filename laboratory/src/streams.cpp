#include <engram/laboratory/streams.hpp>
#include <engram/laboratory/terminal.hpp>

#include <fmt/format.h>

#include <cerrno>
#include <csignal>
#include <fcntl.h>
#include <unistd.h>

namespace engram::laboratory {
namespace {

int first_output_error = 0;
bool mute = false;

/// False if it could not be written.
bool write_now(std::FILE* stream, std::string_view text) {
  return std::fwrite(text.data(), 1, text.size(), stream) == text.size() && std::fflush(stream) == 0;
}

/// As lines for people: wrapped on a terminal, as they are elsewhere.
std::string fitted(std::FILE* stream, std::string_view text) {
  constexpr int elsewhere = 0;
  const int width = terminal_width(stream, elsewhere);
  return width == elsewhere ? std::string(text) : wrapped(text, width);
}

}  // namespace

void secure_standard_streams() {
  for (const int descriptor : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO})
    if (::fcntl(descriptor, F_GETFD) == -1 && errno == EBADF)
      while (::open("/dev/null", O_RDWR) == -1 && errno == EINTR) {
      }  // gets the lowest number that is free: this one
  std::signal(SIGPIPE, SIG_IGN);
}

void only_complaints() { mute = true; }

bool is_mute() { return mute; }

void put(std::FILE* stream, std::string_view text) {
  const bool is_output = stream == stdout;
  if (mute || (is_output && first_output_error != 0)) return;
  errno = 0;
  if (!write_now(stream, text) && is_output) first_output_error = errno != 0 ? errno : EIO;
}

void print(std::string_view text) { put(stdout, text); }

void tell(std::string_view text) { print(fitted(stdout, text) + '\n'); }

void complain(std::string_view program, std::string message) {
  for (char& c : message)
    if (static_cast<unsigned char>(c) < ' ' || c == '\x7f') c = ' ';
  write_now(stderr, fitted(stderr, fmt::format("{}: {}", program, message)) + '\n');
}

int output_error() { return first_output_error; }

}  // namespace engram::laboratory
