/// Memory that the processor may run.
#pragma once

#include <engram/autodiff/version.hpp>

#include <cstddef>
#include <cstdint>
#include <span>
#include <utility>

ENGRAM_AUTODIFF_BEGIN

/// Code, in memory that was written before it could be run, and cannot be written any more. Null if the
/// system gives none.
class MachineCode {
 public:
  MachineCode() = default;
  explicit MachineCode(std::span<const std::uint8_t> bytes);
  MachineCode(MachineCode&& o) noexcept
      : memory_(std::exchange(o.memory_, nullptr)), size_(std::exchange(o.size_, 0)) {}
  MachineCode& operator=(MachineCode&& o) noexcept {
    std::swap(memory_, o.memory_);
    std::swap(size_, o.size_);
    return *this;
  }
  ~MachineCode();

  explicit operator bool() const { return memory_ != nullptr; }
  template <class Signature>
  Signature* as() const {
    return reinterpret_cast<Signature*>(memory_);
  }

 private:
  void* memory_ = nullptr;
  std::size_t size_ = 0;
};

ENGRAM_AUTODIFF_END
