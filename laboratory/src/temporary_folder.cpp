#include <engram/laboratory/figure_error.hpp>
#include <engram/laboratory/temporary_folder.hpp>
#include <engram/plasticity/atomic_file.hpp>

#include <fmt/format.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <fcntl.h>
#include <string>
#include <sys/file.h>
#include <unistd.h>

namespace engram::laboratory {

namespace fs = std::filesystem;

namespace {

constexpr std::string_view prefix = "engram-figure-";

int open_folder(const fs::path& folder) {
  return ::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
}

bool lock(int folder) { return ::flock(folder, LOCK_EX | LOCK_NB) == 0; }

void remove_with_contents(const fs::path& folder) {
  std::error_code ignored;
  fs::remove_all(folder, ignored);
}

/// Removes the folders of processes that were killed; processes that live hold theirs.
void remove_left_folders(const fs::path& base) {
  std::error_code ignored;
  for (const auto& entry : fs::directory_iterator(base, ignored)) {
    if (!entry.path().filename().string().starts_with(prefix)) continue;
    const int folder = open_folder(entry.path());
    if (folder < 0) continue;
    if (lock(folder)) remove_with_contents(entry.path());
    ::close(folder);
  }
}

}  // namespace

TemporaryFolder::TemporaryFolder() {
  const char* variable = std::getenv("TMPDIR");
  const bool is_set = variable != nullptr && *variable != '\0';
  const fs::path base = is_set ? variable : "/tmp";
  remove_left_folders(base);
  for (;;) {  // another process may take the new folder for a left one before it is locked
    std::string name = (base / prefix).string() + "XXXXXX";
    if (::mkdtemp(name.data()) == nullptr)
      throw FigureError(fmt::format("{} '{}', where no temporary folder can be made: {}",
                                    is_set ? "TMPDIR is" : "TMPDIR is not set and stands for", base.string(),
                                    std::strerror(errno)),
                        2);
    path_ = fs::absolute(name);
    lock_ = open_folder(path_);
    const bool taken = !lock(lock_) && errno == EWOULDBLOCK;
    std::error_code ignored;
    if (!taken && fs::exists(path_, ignored)) return;
    ::close(lock_);
  }
}

TemporaryFolder::~TemporaryFolder() {
  remove_with_contents(path_);
  ::close(lock_);
}

void TemporaryFolder::write(const char* name, std::string_view text) const {
  try {
    plasticity::write_atomically(path_ / name, text);
  } catch (const plasticity::FileError& e) {
    throw FigureError(fmt::format("{}; is the disk of TMPDIR full?", e.what()));
  }
}

}  // namespace engram::laboratory
