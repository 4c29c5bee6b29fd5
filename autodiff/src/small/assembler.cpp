#include "assembler.hpp"

#include <algorithm>
#include <bit>

ENGRAM_AUTODIFF_BEGIN
namespace detail {
namespace {

// The processor's registers that hold the arguments.
constexpr int rbx = 3, rbp = 5, r13 = 13, rax = 0;
constexpr int registers = rbx, inputs = rbp, outputs = r13;

std::uint64_t bits(double number) { return std::bit_cast<std::uint64_t>(number); }

}  // namespace

Assembler::Assembler(std::size_t number_size, std::size_t view_size, std::size_t first_constant)
    : number_size_(number_size),
      view_size_(view_size),
      first_constant_(first_constant),
      prefix_(number_size == 8 ? 0xf2 : 0xf3) {
  std::fill_n(held_, places, nothing);
  bytes({0xf3, 0x0f, 0x1e, 0xfa});                                // endbr64
  bytes({0x53, 0x55, 0x41, 0x55});                                // push rbx, rbp, r13
  bytes({0x48, 0x89, 0xfb, 0x48, 0x89, 0xf5, 0x49, 0x89, 0xd5});  // mov rbx, rdi; rbp, rsi; r13, rdx
}

std::vector<std::uint8_t> Assembler::finish() {
  bytes({0x41, 0x5d, 0x5d, 0x5b, 0xc3});  // pop r13, rbp, rbx; ret
  return std::move(code_);
}

void Assembler::bytes(std::initializer_list<int> some) {
  for (const int b : some) code_.push_back(static_cast<std::uint8_t>(b));
}

void Assembler::number(std::uint64_t value, int bytes) {
  for (int i = 0; i < bytes; ++i) code_.push_back(static_cast<std::uint8_t>(value >> 8 * i));
}

void Assembler::memory(int prefix, int instruction, int place, int base, std::size_t offset) {
  bytes({prefix});
  if (const int rex = (place >> 3) << 2 | base >> 3) bytes({0x40 | rex});
  bytes({0x0f, instruction, 0x80 | (place & 7) << 3 | (base & 7)});
  number(offset, 4);
}

int Assembler::new_place() {
  if (in_use_ + 1 == 1u << places) fail("entry", "an entry takes more than {} numbers at a time", places);
  do next_ = (next_ + 1) % places;
  while (in_use_ >> next_ & 1);
  in_use_ |= 1u << next_;
  held_[next_] = nothing;
  return next_;
}

Symbol Assembler::load(std::size_t register_number) {
  const auto* found = std::find(held_, held_ + places, register_number);
  const int place = found != held_ + places ? static_cast<int>(found - held_) : new_place();
  in_use_ |= 1u << place;
  if (held_[place] != register_number) {
    memory(prefix_, 0x10, place, registers, register_number * number_size_);
    held_[place] = register_number;
  }
  return in(place);
}

void Assembler::load_address(int base, std::size_t view) {  // mov rax, [base + offset]
  bytes({0x48 | base >> 3, 0x8b, 0x80 | rax << 3 | (base & 7)});
  number(view * view_size_, 4);
}

Symbol Assembler::load(std::size_t register_number, Entry from) {
  if (std::find(held_, held_ + places, register_number) != held_ + places) return load(register_number);
  const int place = new_place();
  load_address(inputs, from.view);
  memory(prefix_, 0x10, place, rax, static_cast<std::size_t>(from.entry) * number_size_);
  held_[place] = register_number;
  return in(place);
}

void Assembler::store(const Symbol& symbol, std::size_t register_number) {
  const int place = place_of(symbol);
  memory(prefix_, 0x11, place, registers, register_number * number_size_);
  held_[place] = register_number;
}

void Assembler::store(const Symbol& symbol, Entry to) {
  load_address(outputs, to.view);
  memory(prefix_, 0x11, place_of(symbol), rax, static_cast<std::size_t>(to.entry) * number_size_);
}

void Assembler::call(const void* function, const void* argument) {
  bytes({0x48, 0x89, 0xdf});  // mov rdi, rbx
  bytes({0x48, 0xbe});        // mov rsi, argument
  number(reinterpret_cast<std::uintptr_t>(argument), 8);
  bytes({0x48, 0xb8});  // mov rax, function
  number(reinterpret_cast<std::uintptr_t>(function), 8);
  bytes({0xff, 0xd0});  // call rax
  std::fill_n(held_, places, nothing);
}

int Assembler::place_of(const Symbol& symbol) {
  if (symbol.assembler_) return symbol.place_;
  if (is_zero(symbol)) return load(0).place_;
  const auto same = [&](double c) { return bits(c) == bits(symbol.constant_); };
  auto found = std::find_if(constants_.begin(), constants_.end(), same);
  if (found == constants_.end()) found = constants_.insert(found, symbol.constant_);
  return load(first_constant_ + static_cast<std::size_t>(found - constants_.begin())).place_;
}

int Assembler::copy(const Symbol& symbol) {
  const int from = place_of(symbol), to = new_place();
  if (const int rex = (to >> 3) << 2 | from >> 3) bytes({0x40 | rex});
  bytes({0x0f, 0x28, 0xc0 | (to & 7) << 3 | (from & 7)});  // movaps
  return to;
}

Symbol Assembler::apply(Instruction instruction, const Symbol& a, const Symbol& b) {
  const int from = place_of(b), to = copy(a);
  if (instruction < bit_and || instruction > bit_xor) bytes({prefix_});  // those work on all bits
  if (const int rex = (to >> 3) << 2 | from >> 3) bytes({0x40 | rex});
  bytes({0x0f, instruction, 0xc0 | (to & 7) << 3 | (from & 7)});
  return in(to);
}

Symbol Assembler::compare(Comparison comparison, const Symbol& a, const Symbol& b) {
  const int from = place_of(b), to = copy(a);
  bytes({prefix_});
  if (const int rex = (to >> 3) << 2 | from >> 3) bytes({0x40 | rex});
  bytes({0x0f, 0xc2, 0xc0 | (to & 7) << 3 | (from & 7), comparison});
  return in(to);
}

bool Assembler::is_zero(const Symbol& symbol) { return !symbol.assembler_ && bits(symbol.constant_) == 0; }

Assembler& Assembler::of(const Symbol& a, const Symbol& b, const Symbol& c) {
  for (const Symbol* s : {&a, &b, &c})
    if (s->assembler_) return *s->assembler_;
  fail("entry", "an entry of a result must depend on an entry of an input");
}

#define ENGRAM_BINARY(name, how) \
  Symbol name(Symbol a, Symbol b) { return Assembler::of(a, b, b).how; }
ENGRAM_BINARY(operator+, apply(Assembler::add, a, b))
ENGRAM_BINARY(operator-, apply(Assembler::subtract, a, b))
ENGRAM_BINARY(operator*, apply(Assembler::multiply, a, b))
ENGRAM_BINARY(operator/, apply(Assembler::divide, a, b))
ENGRAM_BINARY(operator<, compare(Assembler::less, a, b))
ENGRAM_BINARY(operator<=, compare(Assembler::less_equal, a, b))
ENGRAM_BINARY(operator==, compare(Assembler::equal, a, b))
ENGRAM_BINARY(operator||, apply(Assembler::bit_or, a, b))

Symbol operator-(Symbol a) { return Assembler::of(a, a, a).apply(Assembler::bit_xor, a, Symbol(-0.0)); }
Symbol abs(Symbol a) { return Assembler::of(a, a, a).apply(Assembler::bit_and_not, Symbol(-0.0), a); }
Symbol sqrt(Symbol a) { return Assembler::of(a, a, a).apply(Assembler::square_root, a, a); }
Symbol isnan(Symbol a) { return Assembler::of(a, a, a).compare(Assembler::unordered, a, a); }
Symbol either(Symbol mask, Symbol a, Symbol b) {
  Assembler& to = Assembler::of(mask, a, b);
  if (Assembler::is_zero(a)) return to.apply(Assembler::bit_and_not, mask, b);
  if (Assembler::is_zero(b)) return to.apply(Assembler::bit_and, mask, a);
  return to.apply(Assembler::bit_or, to.apply(Assembler::bit_and, mask, a),
                  to.apply(Assembler::bit_and_not, mask, b));
}

}  // namespace detail
ENGRAM_AUTODIFF_END
