#include <engram/laboratory/command_line.hpp>
#include <engram/plasticity/atomic_file.hpp>
#include <engram/plasticity/store.hpp>

#include <algorithm>
#include <cctype>
#include <cerrno>
#include <cstring>
#include <new>

namespace engram::laboratory {

void complain(const char* program, std::string message) {
  for (char& c : message)
    if (c == '\n') c = ' ';
  fmt::print(stderr, "{}: {}\n", program, message);
}

void tell(const std::string& text) {
  fmt::print("{}\n", text);
  std::fflush(stdout);
}

int run_program(const char* program, const std::function<int()>& body) {
  const auto bad_input = [&](const std::exception& e) {
    complain(program, e.what());
    return exit_bad_input;
  };
  try {
    const int code = body();
    if (std::fflush(stdout) == 0 && std::ferror(stdout) == 0) return code;
    complain(program, fmt::format("cannot write to standard output: {}", std::strerror(errno)));
  } catch (const UsageError& e) {
    return bad_input(e);
  } catch (const plasticity::FormatError& e) {
    return bad_input(e);
  } catch (const plasticity::FileError& e) {
    return bad_input(e);
  } catch (const std::invalid_argument& e) {
    return bad_input(e);
  } catch (const std::bad_alloc&) {
    complain(program, "not enough memory; choose smaller sizes or fewer --threads");
  } catch (const std::exception& e) {
    complain(program, e.what());
  }
  return exit_failure;
}

std::string shell_quoted(const std::string& argument) {
  const auto plain = [](unsigned char c) { return std::isalnum(c) != 0 || std::strchr("-_./=:,+%@", c); };
  if (!argument.empty() && std::ranges::all_of(argument, plain)) return argument;
  std::string quoted = "'";
  for (const char c : argument) quoted += c == '\'' ? "'\\''" : std::string(1, c);
  return quoted + "'";
}

bool read_arguments(CLI::App& app, int argc, char** argv) {
  try {
    app.parse(argc, argv);
    return true;
  } catch (const CLI::ParseError& e) {
    if (e.get_exit_code() != 0) throw UsageError(fmt::format("{}; see {} --help", e.what(), app.get_name()));
    app.exit(e);
    return false;
  }
}

}  // namespace engram::laboratory
