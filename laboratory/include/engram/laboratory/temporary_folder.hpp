/// Folders that do not outlast the program.
#pragma once

#include <filesystem>
#include <string_view>

namespace engram::laboratory {

/// A new folder in TMPDIR, or in /tmp where that is not set; removed at the end with all that it holds. It is
/// locked, so that the next one to be made removes those that killed processes have left. Throws FigureError,
/// which names TMPDIR.
class TemporaryFolder {
 public:
  TemporaryFolder();
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;
  ~TemporaryFolder();

  const std::filesystem::path& path() const { return path_; }
  /// Writes a file into it. Throws FigureError.
  void write(const char* name, std::string_view text) const;

 private:
  std::filesystem::path path_;
  int lock_ = -1;
};

}  // namespace engram::laboratory
