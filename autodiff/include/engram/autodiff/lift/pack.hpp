/// Several rows' numbers side by side, one in each lane of vectors.
///
/// A function over scalars that gets packs computes several rows at once. A comparison answers for the first
/// lane, and takes down which lanes have another answer: `lanes_apart`. The others have taken the first
/// lane's path to the end, so their results are those that they have alone; the lanes apart are computed once
/// more. What the first lane does is what its row would do alone, so the function ends, or throws, as it
/// would.
#pragma once

#include <engram/autodiff/dual.hpp>

ENGRAM_AUTODIFF_BEGIN
namespace detail {

/// The lanes, as bits, that differed from the first one in a comparison of this thread.
inline thread_local unsigned lanes_apart = 0;

/// The numbers. They need no alignment of their own: Eigen's memory has less than a vector wants.
template <class S>
struct Pack {
  static constexpr int lanes = 64 / sizeof(S);
  typedef S Vector __attribute__((vector_size(64), aligned(alignof(S))));
  Vector v{};

  Pack() = default;
  explicit Pack(double number) : v(static_cast<S>(number) - Vector{}) {}
  explicit Pack(const Vector& numbers) : v(numbers) {}
  // Not trivial: so it is passed in memory whatever vectors the compiler's flags allow.
  Pack(const Pack& other) : v(other.v) {}
  Pack& operator=(const Pack& other) {
    v = other.v;
    return *this;
  }

  /// The first lane's number, for code that asks for it.
  operator S() const {
    for (int l = 1; l < lanes; ++l)
      if (!(v[l] == v[0])) lanes_apart |= 1u << l;
    return v[0];
  }
};

template <class S>
Pack<S> operator-(const Pack<S>& a) {
  return Pack<S>(-a.v);
}
#define ENGRAM_ON_LANES(op)                                 \
  template <class S>                                        \
  Pack<S> operator op(const Pack<S>& a, const Pack<S>& b) { \
    return Pack<S>(typename Pack<S>::Vector(a.v op b.v));   \
  }
ENGRAM_ON_LANES(+)
ENGRAM_ON_LANES(-)
ENGRAM_ON_LANES(*)
ENGRAM_ON_LANES(/)
#undef ENGRAM_ON_LANES

/// What compare(lane) is in the first lane.
template <class Compare>
bool of_first_lane(int lanes, const Compare& compare) {
  const bool first = compare(0);
  for (int l = 1; l < lanes; ++l) lanes_apart |= static_cast<unsigned>(compare(l) != first) << l;
  return first;
}
template <class S>
bool operator==(const Pack<S>& a, const Pack<S>& b) {
  return of_first_lane(Pack<S>::lanes, [&](int l) { return a.v[l] == b.v[l]; });
}
template <class S>
std::partial_ordering operator<=>(const Pack<S>& a, const Pack<S>& b) {
  const auto any = [](const auto& compare) { return of_first_lane(Pack<S>::lanes, compare); };
  if (any([&](int l) { return a.v[l] < b.v[l]; })) return std::partial_ordering::less;
  if (any([&](int l) { return a.v[l] > b.v[l]; })) return std::partial_ordering::greater;
  return a == b ? std::partial_ordering::equivalent : std::partial_ordering::unordered;
}

template <class S>
Pack<S> pull_number(const Pack<S>& tangent, const Pack<S>& slope) {
  Pack<S> product;
  for (int l = 0; l < Pack<S>::lanes; ++l) product.v[l] = pull_number<S>(tangent.v[l], slope.v[l]);
  return product;
}
inline bool has_nan(double x) { return x != x; }
template <class S>
bool has_nan(const Pack<S>& x) {
  S sum = 0;
  for (int l = 0; l < Pack<S>::lanes; ++l) sum += x.v[l] * 0;  // of an infinity too
  return sum != 0;
}

/// f lane by lane, and its slopes: bits are those of single numbers.
template <class S, int n, int d, class F>
Dual<Pack<S>, n, d> lane_by_lane(const F& f, const Dual<Pack<S>, n, d>& x) {
  static_assert(n <= 1, "packs have first derivatives");
  Pack<S> y, slope;
  for (int l = 0; l < Pack<S>::lanes; ++l) {
    if constexpr (n == 0) {
      y.v[l] = f(Dual<S, 0>(x.value.v[l])).value;
    } else {
      const Dual<S> at = f(Dual<S>(Dual<S, 0>(x.value.value.v[l]), 1.0));
      y.v[l] = at.value.value;
      slope.v[l] = at.tangent.value;
    }
  }
  if constexpr (n == 0)
    return y;
  else
    return {y, pull(x.tangent, Dual<Pack<S>, 0>(slope))};
}
template <class S, int n, int d, class F>
Dual<Pack<S>, n, d> lane_by_lane(const F& f, const Dual<Pack<S>, n, d>& a, const Dual<Pack<S>, n, d>& b) {
  static_assert(n <= 1, "packs have first derivatives");
  Pack<S> y, a_slope, b_slope;
  for (int l = 0; l < Pack<S>::lanes; ++l) {
    if constexpr (n == 0) {
      y.v[l] = f(Dual<S, 0>(a.value.v[l]), Dual<S, 0>(b.value.v[l])).value;
    } else {
      using Two = Dual<S, 1, 2>;
      const Two at = f(Two::moving(a.value.value.v[l], 0), Two::moving(b.value.value.v[l], 1));
      y.v[l] = at.value.value;
      a_slope.v[l] = at.tangent[0].value;
      b_slope.v[l] = at.tangent[1].value;
    }
  }
  if constexpr (n == 0)
    return y;
  else
    return {y, pull_both(a.tangent, Dual<Pack<S>, 0>(a_slope), b.tangent, Dual<Pack<S>, 0>(b_slope))};
}

}  // namespace detail

#define ENGRAM_ON_LANES(f, ...)                                               \
  template <class S, int n, int d>                                            \
  Dual<detail::Pack<S>, n, d> f(const Dual<detail::Pack<S>, n, d>& x) {       \
    return detail::lane_by_lane([](const auto& lane) { return f(lane); }, x); \
  }
#define ENGRAM_ON_LANES_OF_TWO(f, ...)                                                       \
  template <class S, int n, int d>                                                           \
  Dual<detail::Pack<S>, n, d> f(const Dual<detail::Pack<S>, n, d>& a,                        \
                                const Dual<detail::Pack<S>, n, d>& b) {                      \
    return detail::lane_by_lane([](const auto& x, const auto& y) { return f(x, y); }, a, b); \
  }
#define ENGRAM_ON_LANES_OF_ORDER(f, ...)                                                  \
  template <class S, int n, int d>                                                        \
  Dual<detail::Pack<S>, n, d> f(int order, const Dual<detail::Pack<S>, n, d>& x) {        \
    return detail::lane_by_lane([order](const auto& lane) { return f(order, lane); }, x); \
  }
ENGRAM_ELEMENTARY(ENGRAM_ON_LANES)
ENGRAM_SPECIAL(ENGRAM_ON_LANES)
ENGRAM_ON_LANES(erfcx)
ENGRAM_ON_LANES(sinc)
ENGRAM_SPECIAL_BINARY(ENGRAM_ON_LANES_OF_TWO)
ENGRAM_ON_LANES_OF_TWO(max)
ENGRAM_ON_LANES_OF_TWO(min)
ENGRAM_ON_LANES_OF_TWO(pow)
ENGRAM_ON_LANES_OF_ORDER(polygamma)
ENGRAM_ON_LANES_OF_ORDER(bessel_j)
ENGRAM_ON_LANES_OF_ORDER(bessel_i)
ENGRAM_ON_LANES_OF_ORDER(bessel_i_scaled)
#undef ENGRAM_ON_LANES_OF_ORDER
#undef ENGRAM_ON_LANES_OF_TWO
#undef ENGRAM_ON_LANES
/// a to the power b, a number.
template <class S, int n, int d>
Dual<detail::Pack<S>, n, d> pow(const Dual<detail::Pack<S>, n, d>& a, double b) {
  return detail::lane_by_lane([b](const auto& lane) { return pow(lane, b); }, a);
}
/// A number a to the power b.
template <class S, int n, int d>
Dual<detail::Pack<S>, n, d> pow(double a, const Dual<detail::Pack<S>, n, d>& b) {
  return detail::lane_by_lane([a](const auto& lane) { return pow(a, lane); }, b);
}

ENGRAM_AUTODIFF_END
