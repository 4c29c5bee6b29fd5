/// What moves with a dual number: one tangent, k of them, or a place in a record of how each came about.
///
/// Dual numbers do four things with tangents, whatever these are: they add and subtract them, scale them, mix
/// two of them, and pull them along a function's slope. A record is read backwards: so what is written here
/// once differentiates forwards and in reverse.
#pragma once

#include <engram/autodiff/version.hpp>

#include <array>
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
  std::array<B, static_cast<std::size_t>(k)> along{};

  B& operator[](int i) { return along[static_cast<std::size_t>(i)]; }
  const B& operator[](int i) const { return along[static_cast<std::size_t>(i)]; }

  /// f(i) in each direction.
  template <class F>
  static Tangents of(const F& f) {
    Tangents t;
    for (int i = 0; i < k; ++i) t[i] = f(i);
    return t;
  }
};

template <class B, int k>
Tangents<B, k> operator-(const Tangents<B, k>& a) {
  return Tangents<B, k>::of([&](int i) { return -a[i]; });
}
template <class B, int k>
Tangents<B, k> operator+(const Tangents<B, k>& a, const Tangents<B, k>& b) {
  return Tangents<B, k>::of([&](int i) { return a[i] + b[i]; });
}
template <class B, int k>
Tangents<B, k> operator-(const Tangents<B, k>& a, const Tangents<B, k>& b) {
  return Tangents<B, k>::of([&](int i) { return a[i] - b[i]; });
}
template <class B, int k>
Tangents<B, k> operator*(const Tangents<B, k>& a, double factor) {
  return Tangents<B, k>::of([&](int i) { return a[i] * factor; });
}
template <class B, int k>
Tangents<B, k> operator/(const Tangents<B, k>& a, double divisor) {
  return Tangents<B, k>::of([&](int i) { return a[i] / divisor; });
}

/// How tangents are made of others: the n-th is a sum of two earlier ones, each times a slope. It begins with
/// those that are given. -1 stands for a tangent that is 0.
template <class B>
struct Record {
  struct Step {
    int first, second;
    B first_slope, second_slope;
  };
  int given = 0;
  std::vector<Step> steps;

  void start(int tangents) {
    given = tangents;
    steps.clear();
  }
  int add(int first, const B& first_slope, int second, const B& second_slope) {
    steps.push_back({first, second, first_slope, second_slope});
    return given + static_cast<int>(steps.size()) - 1;
  }
};

/// A place in a record; 0 if there is none.
template <class B>
struct Recorded {
  Record<B>* record = nullptr;
  int place = -1;
};

/// The tangent a times s plus the tangent b times t.
template <class B>
Recorded<B> mix(const Recorded<B>& a, const B& s, const Recorded<B>& b, const B& t) {
  Record<B>* record = a.record ? a.record : b.record;
  if (!record) return {};
  return {record, record->add(a.place, s, b.place, t)};
}
template <class B>
Recorded<B> operator-(const Recorded<B>& a) {
  return mix(a, B(-1.0), {}, B(0.0));
}
template <class B>
Recorded<B> operator+(const Recorded<B>& a, const Recorded<B>& b) {
  if (!a.record) return b;
  if (!b.record) return a;
  return mix(a, B(1.0), b, B(1.0));
}
template <class B>
Recorded<B> operator-(const Recorded<B>& a, const Recorded<B>& b) {
  return b.record ? mix(a, B(1.0), b, B(-1.0)) : a;
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
  return Tangents<B, k>::of([&](int i) { return a[i] * s + b[i] * t; });
}
template <class S, int n>
Dual<S, n> mix(const Dual<S, n>& a, const Dual<S, n>& s, const Dual<S, n>& b, const Dual<S, n>& t) {
  return a * s + b * t;
}

}  // namespace detail

ENGRAM_AUTODIFF_END
