/// A folder of results belongs to one run at a time.
#pragma once

#include <filesystem>

namespace engram::laboratory {

/// Holds a folder while it lives. The lock is flock's, on a file .lock in the folder, which says who holds it
/// and since when. It ends with its process, however that ends, and it holds among machines that share the
/// folder by NFS.
class HeldFolder {
 public:
  /// Makes the folder if it is missing, tries to write into it, and removes what killed runs left there half
  /// written. Throws UsageError, which names the option --out, if that cannot be, or if another run holds the
  /// folder: which process, and since when.
  explicit HeldFolder(const std::filesystem::path& folder);
  HeldFolder(const HeldFolder&) = delete;
  HeldFolder& operator=(const HeldFolder&) = delete;
  ~HeldFolder();

 private:
  std::filesystem::path lock_;
  int descriptor_ = -1;
};

/// Refuses to overwrite a finished run, to which this file belongs, if it is there. Throws UsageError, which
/// names --anew.
void require_unfinished(const std::filesystem::path& result);

}  // namespace engram::laboratory
