#include "machine_code.hpp"

#include "assembler.hpp"

#include <cstring>

#ifdef ENGRAM_MACHINE_CODE
#include <sys/mman.h>
#endif

ENGRAM_AUTODIFF_BEGIN

#ifdef ENGRAM_MACHINE_CODE

MachineCode::MachineCode(std::span<const std::uint8_t> bytes) {
  void* const memory =
      mmap(nullptr, bytes.size(), PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (memory == MAP_FAILED) return;
  std::memcpy(memory, bytes.data(), bytes.size());
  if (mprotect(memory, bytes.size(), PROT_READ | PROT_EXEC) == 0) {
    memory_ = memory;
    size_ = bytes.size();
  } else {
    munmap(memory, bytes.size());
  }
}

MachineCode::~MachineCode() {
  if (memory_) munmap(memory_, size_);
}

#else

MachineCode::MachineCode(std::span<const std::uint8_t>) {}
MachineCode::~MachineCode() = default;

#endif

ENGRAM_AUTODIFF_END
