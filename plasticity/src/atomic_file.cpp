#include <engram/plasticity/atomic_file.hpp>

#include <fmt/format.h>

#include <atomic>
#include <cerrno>
#include <fcntl.h>
#include <optional>
#include <string>
#include <sys/file.h>
#include <sys/stat.h>
#include <system_error>
#include <unistd.h>

ENGRAM_PLASTICITY_BEGIN
namespace {

namespace fs = std::filesystem;

[[noreturn]] void fail(const char* what, const fs::path& path, int code) {
  throw FileError(
      fmt::format("cannot {} '{}': {}", what, path.string(), std::generic_category().message(code)));
}

constexpr std::string_view prefix = ".engram-", suffix = ".tmp";

/// A name in the folder (a rename must not cross disks) that no other thread of this process uses.
fs::path temporary_name(const fs::path& folder) {
  static std::atomic<unsigned> count{0};
  return folder / fmt::format("{}{}-{}{}", prefix, ::getpid(), count++, suffix);
}

/// Whether nobody else holds the open file; then this process does, until the file is closed. Only flock's
/// locks belong to an open file and not to the process, so closing another descriptor does not drop them.
/// They end with their process, and Linux has them on NFS too, as byte-range locks of the server.
bool lock(int descriptor) { return ::flock(descriptor, LOCK_EX | LOCK_NB) == 0; }

/// An open file.
class File {
 public:
  File(const fs::path& path, int flags) : descriptor_(::open(path.c_str(), flags | O_CLOEXEC, 0666)) {}
  File(const File&) = delete;
  File& operator=(const File&) = delete;
  ~File() {
    if (is_open()) ::close(descriptor_);
  }

  bool is_open() const { return descriptor_ >= 0; }
  int descriptor() const { return descriptor_; }
  bool write(std::string_view text) const {
    while (!text.empty()) {
      const ssize_t n = ::write(descriptor_, text.data(), text.size());
      if (n < 0 && errno == EINTR) continue;
      if (n < 0) return false;
      text.remove_prefix(static_cast<std::size_t>(n));
    }
    return true;
  }
  bool flush() const { return ::fsync(descriptor_) == 0; }

 private:
  int descriptor_;
};

/// A new file under a temporary name, removed unless it is renamed. It is locked, by which others see that
/// its process lives.
class TemporaryFile {
 public:
  explicit TemporaryFile(const fs::path& folder) {
    do {
      path_ = temporary_name(folder);
      file_.emplace(path_, O_WRONLY | O_CREAT | O_EXCL);
    } while (is_taken());
  }
  TemporaryFile(const TemporaryFile&) = delete;
  TemporaryFile& operator=(const TemporaryFile&) = delete;
  ~TemporaryFile() {
    if (file_->is_open() && !path_.empty()) ::unlink(path_.c_str());
  }

  const File& operator*() const { return *file_; }
  const File* operator->() const { return &*file_; }
  bool rename_to(const fs::path& target) {
    if (::rename(path_.c_str(), target.c_str()) != 0) return false;
    path_.clear();
    return true;
  }

 private:
  /// A killed process of the same number may have left such a file. Or another process took this new file for
  /// a left one before it was locked, and removes it.
  bool is_taken() const {
    if (!file_->is_open()) return errno == EEXIST;
    if (!lock(file_->descriptor()) && errno == EWOULDBLOCK) return true;
    struct stat status {};
    return ::fstat(file_->descriptor(), &status) == 0 && status.st_nlink == 0;
  }

  fs::path path_;
  std::optional<File> file_;
};

void flush_folder(const fs::path& folder) {  // so that the rename itself survives a crash; best effort
  const File file(folder.empty() ? "." : folder, O_RDONLY | O_DIRECTORY);
  if (file.is_open()) file.flush();
}

/// The folders above it too; each new one's entry is flushed in the folder that it lies in.
void create_folders(const fs::path& folder) {
  std::error_code error;
  if (fs::is_directory(folder, error)) return;
  if (fs::exists(folder, error)) fail("use the folder", folder, ENOTDIR);
  const fs::path parent = folder.parent_path();
  if (!parent.empty() && parent != folder) create_folders(parent);
  if (!fs::create_directory(folder, error) && error) fail("create the folder", folder, error.value());
  flush_folder(parent);
}

/// Removes temporary files that no process holds any more: theirs was killed.
void remove_left_files(const fs::path& folder) {
  std::error_code ignored;
  for (const auto& entry : fs::directory_iterator(folder, ignored)) {
    const std::string name = entry.path().filename().string();
    if (!name.starts_with(prefix) || !name.ends_with(suffix)) continue;
    const File file(entry.path(), O_WRONLY | O_NOFOLLOW | O_NONBLOCK);
    if (file.is_open() && lock(file.descriptor())) ::unlink(entry.path().c_str());
  }
}

/// The mode of the file to be written, if it is there already; it must not be a folder.
std::optional<mode_t> mode_of(const fs::path& path) {
  struct stat status {};
  const bool exists = ::stat(path.c_str(), &status) == 0;  // follows links
  if (!exists && errno != ENOENT) fail("write", path, errno);
  if (path.filename().empty() || S_ISDIR(status.st_mode)) fail("write", path, EISDIR);
  return exists ? std::optional(status.st_mode) : std::nullopt;
}

fs::path or_here(const fs::path& folder) { return folder.empty() ? "." : folder; }

}  // namespace

void write_atomically(const fs::path& path, std::string_view text) {
  const std::optional<mode_t> mode = mode_of(path);
  if (mode && !S_ISREG(*mode)) {
    const File device(path, O_WRONLY);
    if (!device.is_open() || !device.write(text)) fail("write", path, errno);
    return;
  }
  const fs::path target = mode ? fs::canonical(path) : path;
  TemporaryFile file(or_here(target.parent_path()));
  if (!file->is_open() || !file->write(text) || (mode && ::fchmod(file->descriptor(), *mode & 07777) != 0) ||
      !file->flush() || !file.rename_to(target))
    fail("write", path, errno);
  flush_folder(target.parent_path());
}

void require_writable_folder(const fs::path& folder) {
  create_folders(or_here(folder));
  remove_left_files(or_here(folder));
  if (const TemporaryFile probe(or_here(folder)); !probe->is_open())
    fail("write into the folder", folder, errno);
}

void require_writable_file(const fs::path& path) {
  const std::optional<mode_t> mode = mode_of(path);
  if (!mode || S_ISREG(*mode)) require_writable_folder(path.parent_path());
}

ENGRAM_PLASTICITY_END
