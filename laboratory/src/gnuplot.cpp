#include <engram/laboratory/gnuplot.hpp>
#include <engram/plasticity/atomic_file.hpp>

#include <fmt/format.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <fcntl.h>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

extern char** environ;

namespace engram::laboratory {

namespace fs = std::filesystem;

namespace {

class TemporaryFolder {
 public:
  TemporaryFolder() {
    std::string name = (fs::temp_directory_path() / "engram-figure-XXXXXX").string();
    if (::mkdtemp(name.data()) == nullptr)
      throw FigureError(fmt::format("cannot create a temporary folder '{}': {}", name, std::strerror(errno)));
    path_ = name;
  }
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;
  ~TemporaryFolder() {
    std::error_code ignored;
    fs::remove_all(path_, ignored);
  }
  fs::path operator/(std::string_view name) const { return path_ / name; }
  const fs::path& path() const { return path_; }

 private:
  fs::path path_;
};

std::string read(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

/// The exit status; what gnuplot says goes to the log.
int run(const fs::path& script, const fs::path& log) {
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
  posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, log.c_str(), O_WRONLY | O_CREAT | O_APPEND, 0600);
  posix_spawn_file_actions_adddup2(&actions, STDOUT_FILENO, STDERR_FILENO);
  std::string name = "gnuplot", argument = script.string();
  char* const arguments[]{name.data(), argument.data(), nullptr};
  pid_t child = 0;
  const int error = ::posix_spawnp(&child, "gnuplot", &actions, nullptr, arguments, environ);
  posix_spawn_file_actions_destroy(&actions);
  if (error == ENOENT)
    throw FigureError(
        "gnuplot is not installed, so there is no figure: install it (Debian, Ubuntu: apt install "
        "gnuplot-nox)");
  if (error != 0) throw FigureError(fmt::format("cannot run gnuplot: {}", std::strerror(error)));
  int status = 0;
  while (::waitpid(child, &status, 0) < 0 && errno == EINTR) {
  }
  return status;
}

/// The line with the reason: gnuplot puts "line N: reason" last.
std::string last_line(std::string text) {
  while (!text.empty() && (text.back() == '\n' || text.back() == ' ')) text.pop_back();
  return text.substr(text.rfind('\n') + 1);
}

}  // namespace

// gnuplot's strings in single quotes know one escape: the quote, doubled.
std::string gnuplot_quoted(const std::string& text) {
  std::string q = "'";
  for (const char c : text) q += c == '\'' ? "''" : std::string(1, c);
  return q + "'";
}

std::vector<std::string> run_gnuplot(std::string_view script, const std::vector<std::string>& files) {
  const TemporaryFolder folder;
  std::ofstream(folder / "figure.gp") << "cd " << gnuplot_quoted(folder.path().string()) << "\n" << script;
  const int status = run(folder / "figure.gp", folder / "log");
  if (status != 0) throw FigureError("gnuplot failed: " + last_line(read(folder / "log")));
  std::vector<std::string> contents;
  for (const std::string& name : files) {
    contents.push_back(read(folder / name));
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
