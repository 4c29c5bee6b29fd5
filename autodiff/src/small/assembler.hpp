/// Machine code of x86-64 for single numbers. (Intel 64 and IA-32 Architectures Software Developer's Manual,
/// volume 2.)
#pragma once

#include <engram/autodiff/small_step.hpp>

#include <cstdint>
#include <initializer_list>
#include <vector>

#if defined(__x86_64__) && defined(__unix__)
#define ENGRAM_MACHINE_CODE
#endif

ENGRAM_AUTODIFF_BEGIN
namespace detail {

/// Writes a function `void(S* registers, const View* x, const View* y)`, where a view begins with its
/// address. Numbers in memory are named by the registers' numbers. Those that were used last are found in the
/// processor's 16 vector registers, their places.
class Assembler {
 public:
  /// A number of an input or output.
  struct Entry {
    std::size_t view;
    Index entry;
  };

  /// Numbers have 4 or 8 bytes, views so many. Register 0 holds 0; constants that are needed lie in those
  /// from `first_constant` on.
  Assembler(std::size_t number_size, std::size_t view_size, std::size_t first_constant);

  /// The number in a register.
  Symbol load(std::size_t number);
  /// The same, which is an input's entry, and not in the register yet.
  Symbol load(std::size_t number, Entry from);
  void store(const Symbol& symbol, std::size_t number);
  void store(const Symbol& symbol, Entry to);
  /// Calls function(registers, argument), which writes registers.
  void call(const void* function, const void* argument);
  /// To be called where a step begins: its places may be taken by others than what it uses.
  void start_step() { in_use_ = 0; }
  const std::vector<double>& constants() const { return constants_; }
  std::vector<std::uint8_t> finish();

  // --- for symbols
  enum Instruction : std::uint8_t {
    square_root = 0x51,
    bit_and = 0x54,
    bit_and_not = 0x55,
    bit_or = 0x56,
    bit_xor = 0x57,
    add = 0x58,
    multiply = 0x59,
    subtract = 0x5c,
    divide = 0x5e
  };
  enum Comparison : std::uint8_t { equal = 0, less = 1, less_equal = 2, unordered = 3 };
  static Assembler& of(const Symbol& a, const Symbol& b, const Symbol& c);
  static bool is_zero(const Symbol& symbol);
  Symbol apply(Instruction instruction, const Symbol& a, const Symbol& b);
  Symbol compare(Comparison comparison, const Symbol& a, const Symbol& b);
  /// Where the symbol is; a constant is loaded.
  int place_of(const Symbol& symbol);

 private:
  static constexpr int places = 16;
  static constexpr std::size_t nothing = ~std::size_t{0};

  int new_place();
  Symbol in(int place) { return {this, place}; }
  int copy(const Symbol& symbol);
  void bytes(std::initializer_list<int> some);
  void number(std::uint64_t value, int bytes);
  /// An instruction on a place and memory at [base + offset].
  void memory(int prefix, int instruction, int place, int base, std::size_t offset);
  void load_address(int base, std::size_t view);

  std::vector<std::uint8_t> code_;
  std::size_t number_size_, view_size_, first_constant_;
  int prefix_;  // of instructions on one number of this size
  std::vector<double> constants_;
  std::size_t held_[places];  // the register whose number a place holds
  unsigned in_use_ = 0;       // places of the present step, a bit for each
  int next_ = 0;
};

}  // namespace detail
ENGRAM_AUTODIFF_END
