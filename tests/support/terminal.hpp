/// A terminal for tests, and variables of the environment.
#pragma once

#include <cstdio>
#include <cstdlib>
#include <fcntl.h>
#include <map>
#include <stdexcept>
#include <string>
#include <sys/ioctl.h>
#include <termios.h>
#include <unistd.h>

namespace engram::test {

using Variables = std::map<std::string, std::string>;

/// Sets variables, and what they were when the test ends.
class Environment {
 public:
  explicit Environment(const Variables& variables) {
    for (const auto& [name, value] : variables) {
      const char* before = std::getenv(name.c_str());
      before_[name] = {before != nullptr, before != nullptr ? before : ""};
      ::setenv(name.c_str(), value.c_str(), 1);
    }
  }
  Environment(const Environment&) = delete;
  Environment& operator=(const Environment&) = delete;
  ~Environment() {
    for (const auto& [name, value] : before_)
      value.first ? ::setenv(name.c_str(), value.second.c_str(), 1) : ::unsetenv(name.c_str());
  }

 private:
  std::map<std::string, std::pair<bool, std::string>> before_;
};

/// A pseudo-terminal of so many columns. What a test writes to its stream is what a person would be shown.
class Terminal {
 public:
  explicit Terminal(unsigned short columns) : master_(::posix_openpt(O_RDWR | O_NOCTTY)) {
    if (master_ < 0 || ::grantpt(master_) != 0 || ::unlockpt(master_) != 0)
      throw std::runtime_error("there is no pseudo-terminal");
    stream_ = std::fopen(::ptsname(master_), "w");
    if (stream_ == nullptr) throw std::runtime_error("the pseudo-terminal cannot be opened");
    const winsize size{24, columns, 0, 0};
    ::ioctl(master_, TIOCSWINSZ, &size);
  }
  Terminal(const Terminal&) = delete;
  Terminal& operator=(const Terminal&) = delete;
  ~Terminal() {
    std::fclose(stream_);
    ::close(master_);
  }

  std::FILE* stream() const { return stream_; }
  /// What was written since the last call.
  std::string shown() {
    std::fflush(stream_);
    ::fcntl(master_, F_SETFL, O_NONBLOCK);
    std::string text;
    char part[4096];
    for (ssize_t n; (n = ::read(master_, part, sizeof part)) > 0;)
      text.append(part, static_cast<std::size_t>(n));
    return text;
  }

 private:
  int master_;
  std::FILE* stream_ = nullptr;
};

}  // namespace engram::test
