#include <engram/plasticity/read_file.hpp>

#include <fmt/format.h>

#include <cerrno>
#include <fcntl.h>
#include <sys/stat.h>
#include <system_error>
#include <unistd.h>

ENGRAM_PLASTICITY_BEGIN
namespace {

/// A descriptor that is closed.
struct Descriptor {
  int number;
  explicit Descriptor(int n) : number(n) {}
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  ~Descriptor() {
    if (number >= 0) ::close(number);
  }
};

}  // namespace

std::string read_file(std::string_view kind, const std::filesystem::path& path) {
  const auto fail = [&](const std::string& what) {
    throw FormatError(fmt::format("{} '{}': {}", kind, path.native(), what));
  };
  const auto message = [] { return std::generic_category().message(errno); };
  const Descriptor file(
      ::open(path.c_str(), O_RDONLY | O_NONBLOCK | O_CLOEXEC));  // a pipe would be waited for
  if (file.number < 0) fail("cannot be opened: " + message());
  struct stat status {};
  if (::fstat(file.number, &status) != 0) fail("cannot be read: " + message());
  if (S_ISDIR(status.st_mode)) fail("it is a folder; give the file in it");
  if (!S_ISREG(status.st_mode)) fail("it is no ordinary file, but a pipe or a device; give a file");
  if (static_cast<std::uint64_t>(status.st_size) > largest_file)
    fail(fmt::format("it has {} MiB, and no such file has more than {}", status.st_size >> 20,
                     largest_file >> 20));
  std::string text(static_cast<std::size_t>(status.st_size), '\0');
  std::size_t size = 0;
  while (true) {  // files of /proc are larger than they say
    if (size == text.size()) text.resize(std::min(size + 4096, largest_file + 1));
    const ssize_t n = ::read(file.number, text.data() + size, text.size() - size);
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) fail("cannot be read: " + message());
    if (n == 0) break;
    size += static_cast<std::size_t>(n);
    if (size > largest_file) fail(fmt::format("it has more than {} MiB", largest_file >> 20));
  }
  text.resize(size);
  return text;
}

ENGRAM_PLASTICITY_END
