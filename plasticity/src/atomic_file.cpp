#include <engram/plasticity/atomic_file.hpp>

#include <fmt/format.h>

#include <atomic>
#include <cerrno>
#include <fcntl.h>
#include <string>
#include <system_error>
#include <unistd.h>
#include <utility>

ENGRAM_PLASTICITY_BEGIN
namespace {

namespace fs = std::filesystem;

[[noreturn]] void fail(const char* what, const fs::path& path, int code) {
  throw FileError(
      fmt::format("cannot {} '{}': {}", what, path.string(), std::generic_category().message(code)));
}

/// An open file that is closed, and unless kept removed, when left behind.
class NewFile {
 public:
  NewFile(const fs::path& path, int flags) : path_(path), descriptor_(::open(path.c_str(), flags, 0666)) {}
  NewFile(const NewFile&) = delete;
  NewFile& operator=(const NewFile&) = delete;
  ~NewFile() {
    if (descriptor_ >= 0) ::close(descriptor_);
    if (temporary_) ::unlink(path_.c_str());
  }

  bool is_open() const { return descriptor_ >= 0; }
  void remove_when_left() { temporary_ = true; }
  void keep() { temporary_ = false; }

  bool write(std::string_view text) {
    while (!text.empty()) {
      const ssize_t n = ::write(descriptor_, text.data(), text.size());
      if (n < 0 && errno == EINTR) continue;
      if (n < 0) return false;
      text.remove_prefix(static_cast<std::size_t>(n));
    }
    return true;
  }
  bool flush() { return ::fsync(descriptor_) == 0; }
  bool close() { return ::close(std::exchange(descriptor_, -1)) == 0; }

 private:
  fs::path path_;
  int descriptor_;
  bool temporary_ = false;
};

/// A name in the same folder (a rename must not cross disks) that no other process or thread uses.
fs::path temporary_beside(const fs::path& path) {
  static std::atomic<unsigned> count{0};
  return path.parent_path() / fmt::format(".{}.{}-{}.tmp", path.filename().string(), ::getpid(), count++);
}

void flush_folder(const fs::path& folder) {  // so that the rename itself survives a crash; best effort
  const int descriptor = ::open(folder.empty() ? "." : folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (descriptor < 0) return;
  ::fsync(descriptor);
  ::close(descriptor);
}

constexpr int create_new = O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC;

}  // namespace

void write_atomically(const fs::path& path, std::string_view text) {
  std::error_code ignored;
  const auto status = fs::status(path, ignored);  // follows links
  if (path.filename().empty() || fs::is_directory(status)) fail("write", path, EISDIR);
  if (fs::exists(status) && !fs::is_regular_file(status)) {
    NewFile device(path, O_WRONLY | O_CLOEXEC);
    if (!device.is_open() || !device.write(text)) fail("write", path, errno);
    return;
  }
  const fs::path target = fs::exists(status) ? fs::canonical(path) : path;
  const fs::path temporary = temporary_beside(target);
  NewFile file(temporary, create_new);
  if (!file.is_open()) fail("write", path, errno);
  file.remove_when_left();
  if (!file.write(text) || !file.flush() || !file.close()) fail("write", path, errno);
  if (::rename(temporary.c_str(), target.c_str()) != 0) fail("write", path, errno);
  file.keep();
  flush_folder(target.parent_path());
}

void require_writable_folder(const fs::path& folder) {
  const fs::path place = folder.empty() ? "." : folder;
  std::error_code error;
  if (!fs::is_directory(place, error)) {
    if (fs::exists(place, error)) fail("use the folder", place, ENOTDIR);
    fs::create_directories(place, error);
    if (error) fail("create the folder", place, error.value());
  }
  NewFile probe(temporary_beside(place / "probe"), create_new);
  if (!probe.is_open()) fail("write into the folder", place, errno);
  probe.remove_when_left();
}

ENGRAM_PLASTICITY_END
