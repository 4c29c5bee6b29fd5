#include <engram/laboratory/gnuplot.hpp>
#include <engram/laboratory/temporary_folder.hpp>
#include <engram/plasticity/atomic_file.hpp>

#include <fmt/format.h>

#include <cctype>
#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

extern char** environ;

namespace engram::laboratory {

namespace fs = std::filesystem;

namespace {

std::string read(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

/// What gnuplot, running in the folder, says goes to the log. Throws unless it succeeds.
void run(const fs::path& folder, const char* script, const char* log) {
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_addchdir_np(&actions, folder.c_str());
  posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
  posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, log, O_WRONLY | O_CREAT | O_APPEND, 0600);
  posix_spawn_file_actions_adddup2(&actions, STDOUT_FILENO, STDERR_FILENO);
  // Ctrl-C is for this process, which stops at a good place: the figure under way is drawn.
  posix_spawnattr_t attributes;
  posix_spawnattr_init(&attributes);
  sigset_t usual;
  sigemptyset(&usual);
  sigaddset(&usual, SIGPIPE);
  posix_spawnattr_setsigdefault(&attributes, &usual);
  posix_spawnattr_setpgroup(&attributes, 0);
  posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETPGROUP);
  std::string name = "gnuplot", argument = script;
  char* const arguments[]{name.data(), argument.data(), nullptr};
  pid_t child = 0;
  const int error = ::posix_spawnp(&child, "gnuplot", &actions, &attributes, arguments, environ);
  posix_spawnattr_destroy(&attributes);
  posix_spawn_file_actions_destroy(&actions);
  if (error == ENOENT)
    throw FigureError(
        "gnuplot is not installed, so there is no figure: install it (Debian, Ubuntu: apt install "
        "gnuplot-nox)");
  if (error != 0) throw FigureError(fmt::format("cannot run gnuplot: {}", std::strerror(error)));
  int status = 0;
  while (::waitpid(child, &status, 0) < 0 && errno == EINTR) {
  }
  if (status != 0) throw FigureError("gnuplot failed: " + failure_of_gnuplot(status, read(folder / log)));
}

}  // namespace

std::string failure_of_gnuplot(int status, std::string log) {
  while (!log.empty() && std::isspace(static_cast<unsigned char>(log.back()))) log.pop_back();
  if (!log.empty()) return log.substr(log.rfind('\n') + 1);  // "line N: reason" comes last
  if (WIFSIGNALED(status)) return fmt::format("it was ended by signal {}", WTERMSIG(status));
  return fmt::format("it ended with {} and said nothing", WEXITSTATUS(status));
}

// gnuplot's strings in single quotes know one escape: the quote, doubled.
std::string gnuplot_quoted(const std::string& text) {
  std::string q = "'";
  for (const char c : text) q += c == '\'' ? "''" : std::string(1, c);
  return q + "'";
}

std::vector<std::string> run_gnuplot(std::string_view script, const std::vector<std::string>& files) {
  const TemporaryFolder folder;
  folder.write("figure.gp", script);
  run(folder.path(), "figure.gp", "log");
  std::vector<std::string> contents;
  for (const std::string& name : files) {
    contents.push_back(read(folder.path() / name));
    if (contents.back().empty()) throw FigureError(fmt::format("gnuplot did not write {}", name));
  }
  return contents;
}

std::string page_script(std::string_view name, int width, int height, std::string_view panels) {
  constexpr std::string_view style = R"(
set encoding utf8
set border 3 lc rgb '#666666' lw 1
set grid ytics lc rgb '#E4E4E4' lw 1 lt 1
unset key
)";
  const std::string svg = fmt::format(
      "unit = 1; mark = 0.62\nset terminal svg size {},{} font 'sans-serif,17' background rgb 'white'\n",
      width, height);
  // The PNG has half as many pixels again, and measures fonts in points.
  const std::string png = fmt::format(
      "unit = 0.75; mark = 1.4\n"
      "if (strstrt(GPVAL_TERMINALS, ' pngcairo ') > 0) {{\n"
      "  set terminal pngcairo size {},{} fontscale 1.5 linewidth 1.5 pointscale 1.5 font "
      "'sans-serif,12.75'\n"
      "}} else {{\n"
      "  set terminal png truecolor size {},{} font 'sans,12'\n"
      "}}\n",
      width * 3 / 2, height * 3 / 2, width, height);
  return fmt::format(
      "{0}{5}{1}set output '{3}.svg'\n{4}set output\n"
      "{2}set output '{3}.png'\n{4}set output\n",
      style, svg, png, name, panels, tics_style);
}

std::string write_page(const fs::path& folder, const std::string& name, std::string_view script) {
  const std::vector<std::string> files{name + ".svg", name + ".png"};
  const auto images = run_gnuplot(script, files);
  for (std::size_t i = 0; i < files.size(); ++i) plasticity::write_atomically(folder / files[i], images[i]);
  return images[0];
}

}  // namespace engram::laboratory
