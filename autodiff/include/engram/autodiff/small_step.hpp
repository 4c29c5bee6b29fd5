/// How an op computes with few numbers inside a compiled function, where they lie in registers.
#pragma once

#include <engram/autodiff/array.hpp>

#include <concepts>
#include <optional>
#include <span>
#include <utility>

ENGRAM_AUTODIFF_BEGIN

/// One step of a program on registers: see src/small/program.hpp.
template <class Scalar>
struct SmallStep {
  /// Computes registers from y on from the registers x.
  using Run = void(Scalar* registers, const SmallStep& step);
  Run* run;
  std::uint16_t y;
  std::uint16_t x[3];
  std::uint16_t count;  ///< of registers that a `row` reads and writes
};

namespace detail {

class Assembler;

/// A number or a mask that machine code will have in a processor's register. What is done with it is written
/// as code.
class ENGRAM_API Symbol {
 public:
  explicit Symbol(double constant) : constant_(constant) {}

  friend ENGRAM_API Symbol operator+(Symbol a, Symbol b);
  friend ENGRAM_API Symbol operator-(Symbol a, Symbol b);
  friend ENGRAM_API Symbol operator*(Symbol a, Symbol b);
  friend ENGRAM_API Symbol operator/(Symbol a, Symbol b);
  friend ENGRAM_API Symbol operator-(Symbol a);
  friend ENGRAM_API Symbol operator<(Symbol a, Symbol b);
  friend ENGRAM_API Symbol operator<=(Symbol a, Symbol b);
  friend ENGRAM_API Symbol operator==(Symbol a, Symbol b);
  friend Symbol operator>(Symbol a, Symbol b) { return b < a; }
  friend Symbol operator>=(Symbol a, Symbol b) { return b <= a; }
  friend ENGRAM_API Symbol operator||(Symbol a, Symbol b);
  friend ENGRAM_API Symbol sqrt(Symbol a);
  friend ENGRAM_API Symbol abs(Symbol a);
  friend ENGRAM_API Symbol isnan(Symbol a);
  /// a where the mask is set, else b.
  friend ENGRAM_API Symbol either(Symbol mask, Symbol a, Symbol b);

 private:
  friend class Assembler;
  Symbol(Assembler* assembler, int place) : assembler_(assembler), place_(place) {}

  Assembler* assembler_ = nullptr;  // null for a constant
  int place_ = 0;
  double constant_ = 0;
};

/// The same of numbers.
template <std::floating_point S>
S either(bool condition, S a, S b) {
  return condition ? a : b;
}

/// The steps of an op, from its members `entry` and `row`.
template <class Scalar, class Op>
class SmallSteps {
  template <class S>
  static constexpr std::size_t inputs_of_entry = requires(S s) {
    Op::entry(s);
  }
  ? 1 : requires(S s) { Op::entry(s, s); }
  ? 2 : requires(S s) { Op::entry(s, s, s); }
  ? 3 : 0;
  static decltype(auto) for_inputs(auto f) {
    return [&]<std::size_t... i>(std::index_sequence<i...>)->decltype(auto) { return f(i...); }
    (std::make_index_sequence<inputs_of_entry<Scalar>>{});
  }

 public:
  using Step = SmallStep<Scalar>;

  /// Whether the op has either.
  static constexpr bool any = inputs_of_entry<Scalar> > 0 || requires(Scalar* p) { Op::row(p, p, Index{}); };

  static typename Step::Run* entry() {
    if constexpr (inputs_of_entry<Scalar> == 0)
      return nullptr;
    else
      return [](Scalar* registers, const Step& step) {
        for_inputs([&](auto... i) { registers[step.y] = Op::entry(registers[step.x[i]]...); });
      };
  }
  static typename Step::Run* row() {
    if constexpr (requires(Scalar * p) { Op::row(p, p, Index{}); })
      return [](Scalar* registers, const Step& step) {
        Op::row(registers + step.x[0], registers + step.y, Index{step.count});
      };
    else
      return nullptr;
  }
  static std::optional<Symbol> write_code(std::span<const Symbol> x) {
    if constexpr (inputs_of_entry<Symbol> == 0)
      return std::nullopt;
    else
      return for_inputs([&](auto... i) { return Op::entry(x[i]...); });
  }
};

}  // namespace detail

ENGRAM_AUTODIFF_END
