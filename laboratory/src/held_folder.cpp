#include <engram/laboratory/held_folder.hpp>
#include <engram/laboratory/usage_error.hpp>
#include <engram/plasticity/atomic_file.hpp>

#include <fmt/format.h>

#include <array>
#include <cerrno>
#include <chrono>
#include <cstring>
#include <ctime>
#include <fcntl.h>
#include <string>
#include <sys/file.h>
#include <sys/stat.h>
#include <thread>
#include <unistd.h>

namespace engram::laboratory {

namespace fs = std::filesystem;

namespace {

std::string myself() {
  std::array<char, 256> host{};
  ::gethostname(host.data(), host.size() - 1);
  const std::time_t now = std::time(nullptr);
  std::tm local{};
  ::localtime_r(&now, &local);
  std::array<char, 32> time{};
  std::strftime(time.data(), time.size(), "%Y-%m-%d %H:%M:%S", &local);
  return fmt::format("process {} on {} since {}\n", ::getpid(), host.data(), time.data());
}

/// What the holder wrote, in one line; it does so a moment after it has the lock.
std::string holder(int descriptor) {
  std::array<char, 400> text{};
  for (int attempt = 0; attempt < 50; ++attempt) {
    const ssize_t n = ::pread(descriptor, text.data(), text.size(), 0);
    if (n > 0 && text[static_cast<std::size_t>(n - 1)] == '\n')
      return {text.data(), static_cast<std::size_t>(n - 1)};
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  }
  return "another process";
}

/// Whether the open file is the one of that name, and not one that its last holder has removed.
bool is_at(int descriptor, const fs::path& path) {
  struct stat open {
  }, named{};
  return ::fstat(descriptor, &open) == 0 && ::stat(path.c_str(), &named) == 0 &&
         open.st_ino == named.st_ino && open.st_dev == named.st_dev;
}

}  // namespace

HeldFolder::HeldFolder(const fs::path& folder) : lock_(folder / ".lock") {
  try {
    plasticity::require_writable_folder(folder);
  } catch (const plasticity::FileError& e) {
    throw UsageError(fmt::format("--out: {}", e.what()));
  }
  for (;;) {
    descriptor_ = ::open(lock_.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0666);
    if (descriptor_ < 0)
      throw UsageError(fmt::format("--out: cannot open '{}': {}", lock_.string(), std::strerror(errno)));
    const bool refused = ::flock(descriptor_, LOCK_EX | LOCK_NB) != 0;
    if (refused && errno == EWOULDBLOCK) {
      const std::string who = holder(descriptor_);
      ::close(descriptor_);
      throw UsageError(
          fmt::format("'{}' is in use by {}: wait until that run has ended, or give another --out",
                      folder.string(), who));
    }
    if (is_at(descriptor_, lock_)) break;  // or on a disk without locks, where nobody can hold it
    ::close(descriptor_);
  }
  const std::string text = myself();  // if it cannot be written, the lock holds all the same
  if (::ftruncate(descriptor_, 0) == 0 && ::pwrite(descriptor_, text.data(), text.size(), 0) > 0)
    ::fsync(descriptor_);  // NFS would keep it until the file is closed
}

HeldFolder::~HeldFolder() {
  ::unlink(lock_.c_str());
  ::close(descriptor_);
}

void require_unfinished(const fs::path& result) {
  std::error_code error;
  if (fs::exists(result, error))
    throw UsageError(
        fmt::format("'{}' is there already: --anew makes it anew, another --out keeps it", result.string()));
}

}  // namespace engram::laboratory
