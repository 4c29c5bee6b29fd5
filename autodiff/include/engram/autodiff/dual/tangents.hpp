/// What moves with a dual number: one tangent, k of them, or a place in a record of how each came about.
///
/// Dual numbers do four things with tangents, whatever these are: they add and subtract them, scale them, mix
/// two of them, and pull them along a function's slope. A record is read backwards: so what is written here
/// once differentiates forwards and in reverse.
#pragma once

#include <engram/autodiff/version.hpp>

#include <algorithm>
#include <array>
#include <bit>
#include <concepts>
#include <cstddef>
#include <vector>

ENGRAM_AUTODIFF_BEGIN

template <class S, int order = 1, int tangents = 1>
struct Dual;

namespace detail {

/// The number of tangents of a dual number that is recorded.
inline constexpr int recorded = -1;

/// Tangents in k directions. B is a dual number of the order below.
template <class B, int k>
struct Tangents {
  static constexpr int parts = k;
  std::array<B, static_cast<std::size_t>(k)> part{};

  Tangents() = default;
  // Not trivial: a dual number is copied in the pieces in which it is computed, which a processor forwards
  // from its stores.
  Tangents(const Tangents& other) : part(other.part) {}
  Tangents& operator=(const Tangents& other) {
    part = other.part;
    return *this;
  }

  const B& operator[](int i) const { return part[static_cast<std::size_t>(i)]; }
  void set(int i, const B& tangent) { part[static_cast<std::size_t>(i)] = tangent; }
  /// What a part is multiplied by.
  static const B& factor(const B& b) { return b; }
  static double factor(double b) { return b; }
};

/// The bytes of the vectors that the compiler's flags allow.
#if defined(__AVX512F__)
inline constexpr int bytes_of_vector = 64;
#elif defined(__AVX__)
inline constexpr int bytes_of_vector = 32;
#else
inline constexpr int bytes_of_vector = 16;
#endif

/// Those of numbers lie in vectors. Otherwise compilers keep each in a register of its own, as long as there
/// are some. How much memory they take does not depend on flags.
template <std::floating_point S, int k>
struct Tangents<Dual<S, 0, 1>, k> {
  using B = Dual<S, 0, 1>;
  static constexpr int room = k <= 16 ? static_cast<int>(std::bit_ceil(unsigned{k})) : (k + 15) / 16 * 16,
                       lanes = std::min(room, bytes_of_vector / static_cast<int>(sizeof(S))),
                       parts = (k + lanes - 1) / lanes;
  typedef S Vector __attribute__((vector_size(lanes * sizeof(S)), aligned(alignof(S))));
  Vector part[room / lanes]{};

  Tangents() = default;
  // Not trivial: so they are passed in memory whatever vectors the compiler's flags allow.
  Tangents(const Tangents& other) { *this = other; }
  Tangents& operator=(const Tangents& other) {
    for (int i = 0; i < parts; ++i) part[i] = other.part[i];
    return *this;
  }

  B operator[](int i) const { return part[i / lanes][i % lanes]; }
  void set(int i, const B& tangent) { part[i / lanes][i % lanes] = tangent.value; }
  static S factor(const B& b) { return b.value; }
  static S factor(double b) { return static_cast<S>(b); }
};

/// f(result, i) for each part i. (A reference to a part itself would forget how it is aligned.)
template <class B, int k, class F>
Tangents<B, k> each_part(const F& f) {
  Tangents<B, k> t;
  for (std::size_t i = 0; i < Tangents<B, k>::parts; ++i) f(t, i);
  return t;
}

template <class B, int k>
Tangents<B, k> operator-(const Tangents<B, k>& a) {
  return each_part<B, k>([&](auto& y, std::size_t i) { y.part[i] = -a.part[i]; });
}
template <class B, int k>
Tangents<B, k> operator+(const Tangents<B, k>& a, const Tangents<B, k>& b) {
  return each_part<B, k>([&](auto& y, std::size_t i) { y.part[i] = a.part[i] + b.part[i]; });
}
template <class B, int k>
Tangents<B, k> operator-(const Tangents<B, k>& a, const Tangents<B, k>& b) {
  return each_part<B, k>([&](auto& y, std::size_t i) { y.part[i] = a.part[i] - b.part[i]; });
}
template <class B, int k>
Tangents<B, k> operator*(const Tangents<B, k>& a, double factor) {
  return each_part<B, k>([&](auto& y, std::size_t i) { y.part[i] = a.part[i] * a.factor(factor); });
}
template <class B, int k>
Tangents<B, k> operator/(const Tangents<B, k>& a, double divisor) {
  return each_part<B, k>([&](auto& y, std::size_t i) { y.part[i] = a.part[i] / a.factor(divisor); });
}

/// Numbers as large as a vector lie as one does, so that none is split between two lines of the cache.
template <class B>
inline constexpr std::size_t alignment_in_rows = sizeof(B) % 64 == 0 ? 64 : alignof(B);

/// How tangents are made of others: the n-th is a sum of two earlier ones, each times a slope. It begins with
/// those that are given. -1 stands for a tangent that is 0.
template <class B>
class Record {
 public:
  struct alignas(alignment_in_rows<B>) Step {
    B first_slope, second_slope;
    int first, second;
  };

  /// What this thread's numbers are recorded in.
  static inline constinit thread_local Record* current = nullptr;

  void start(int tangents) {
    given_ = next_ = tangents;
    end_ = given_ + static_cast<int>(steps_.size());
  }
  int add(int first, const B& first_slope, int second, const B& second_slope) {
    if (next_ == end_) grow();
    Step& step = steps_[static_cast<std::size_t>(next_ - given_)];
    step.first_slope = first_slope;
    step.second_slope = second_slope;
    step.first = first;
    step.second = second;
    return next_++;
  }
  /// How this tangent, none of those that are given, came about.
  const Step& operator[](int place) const { return steps_[static_cast<std::size_t>(place - given_)]; }

 private:
  [[gnu::noinline]] void grow() {
    steps_.resize(2 * steps_.size() + 64);
    end_ = given_ + static_cast<int>(steps_.size());
  }

  int given_ = 0, next_ = 0, end_ = 0;
  std::vector<Step> steps_;  // more than there are: memory is kept
};

/// A place in this thread's record; the tangent is 0 if there is none.
template <class B>
struct Recorded {
  int place = -1;
  bool is_zero() const { return place < 0; }
};

/// The tangent a times s plus the tangent b times t.
template <class B>
[[gnu::always_inline]] inline Recorded<B> mix(const Recorded<B>& a, const B& s, const Recorded<B>& b,
                                              const B& t) {
  if (a.is_zero() && b.is_zero()) return {};
  return {Record<B>::current->add(a.place, s, b.place, t)};
}
template <class B>
Recorded<B> operator-(const Recorded<B>& a) {
  return mix(a, B(-1.0), {}, B(0.0));
}
template <class B>
Recorded<B> operator+(const Recorded<B>& a, const Recorded<B>& b) {
  if (a.is_zero()) return b;
  if (b.is_zero()) return a;
  return mix(a, B(1.0), b, B(1.0));
}
template <class B>
Recorded<B> operator-(const Recorded<B>& a, const Recorded<B>& b) {
  return b.is_zero() ? a : mix(a, B(1.0), b, B(-1.0));
}
template <class B>
Recorded<B> operator*(const Recorded<B>& a, double factor) {
  return mix(a, B(factor), {}, B(0.0));
}
template <class B>
Recorded<B> operator/(const Recorded<B>& a, double divisor) {
  return mix(a, B(1.0) / divisor, {}, B(0.0));
}

template <class B, int k>
struct TangentsOf {
  static_assert(k >= 1, "a dual number has at least one tangent");
  using type = Tangents<B, k>;
};
template <class B>
struct TangentsOf<B, 1> {
  using type = B;
};
template <class B>
struct TangentsOf<B, recorded> {
  using type = Recorded<B>;
};

template <class B, int k>
Tangents<B, k> mix(const Tangents<B, k>& a, const B& s, const Tangents<B, k>& b, const B& t) {
  return each_part<B, k>(
      [&](auto& y, std::size_t i) { y.part[i] = a.part[i] * a.factor(s) + b.part[i] * b.factor(t); });
}
template <class S, int n>
Dual<S, n> mix(const Dual<S, n>& a, const Dual<S, n>& s, const Dual<S, n>& b, const Dual<S, n>& t) {
  return a * s + b * t;
}

}  // namespace detail

ENGRAM_AUTODIFF_END
