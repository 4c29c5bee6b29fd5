// Factorizations and solves for stacks of tiny matrices, side by side in vectors: the plain loops of
// dense.hpp, where a number is a vector, and a branch a mask.
#include "kernels/targets.hpp"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "ops/linear/tiny.cpp"
// The order matters: foreach_target includes this file again for every target.
// clang-format off
#include <hwy/foreach_target.h>
#include <hwy/highway.h>
#include "kernels/side_by_side-inl.hpp"
#include "ops/linear/tiny.hpp"
#include <type_traits>
// clang-format on

ENGRAM_TARGET_BEGIN

/// The same matrix (rows x columns) of several systems.
template <class S>
struct Vectors {
  static constexpr hn::ScalableTag<S> d{};
  using V = hn::Vec<hn::ScalableTag<S>>;

  S* data;
  Index rows, columns;

  ENGRAM_INLINE V operator()(Index i, Index j) const { return hn::Load(d, at(i, j)); }
  ENGRAM_INLINE void set(Index i, Index j, V v) const { hn::Store(v, d, at(i, j)); }
  /// a(i, j) -= x y
  ENGRAM_INLINE void subtract(Index i, Index j, V x, V y) const {
    set(i, j, hn::Sub((*this)(i, j), hn::Mul(x, y)));
  }
  /// Exchanges two rows where the mask says so.
  template <class Mask>
  ENGRAM_INLINE void exchange(Index i, Index j, Mask where) const {
    for (Index c = 0; c < columns; ++c) {
      const V p = (*this)(i, c), q = (*this)(j, c);
      set(i, c, hn::IfThenElse(where, q, p));
      set(j, c, hn::IfThenElse(where, p, q));
    }
  }
  /// NaN in all entries, unless the mask says that there are results.
  template <class Mask>
  ENGRAM_INLINE void keep(Mask where) const {
    for (Index i = 0; i < rows; ++i)
      for (Index j = 0; j < columns; ++j) set(i, j, hn::IfThenElse(where, (*this)(i, j), hn::NaN(d)));
  }

 private:
  ENGRAM_INLINE S* at(Index i, Index j) const { return data + (i * columns + j) * lanes_of<S>; }
};

template <class S>
ENGRAM_INLINE void solve(dense::Triangular kind, Vectors<S> t, Vectors<S> b) {
  const Index n = b.rows;
  const bool down = kind.lower != kind.transposed;
  for (Index step = 0; step < n; ++step) {
    const Index i = down ? step : n - 1 - step;
    for (Index done = 0; done < step; ++done) {
      const Index j = down ? done : n - 1 - done;
      const auto factor = kind.transposed ? t(j, i) : t(i, j);
      for (Index c = 0; c < b.columns; ++c) b.subtract(i, c, factor, b(j, c));
    }
    if (!kind.unit)
      for (Index c = 0; c < b.columns; ++c) b.set(i, c, hn::Div(b(i, c), t(i, i)));
  }
}

template <class S>
ENGRAM_INLINE void lu(Vectors<S> a, Index n) {  // with a row more, for the pivots
  const auto d = a.d;
  const Vectors<S> square{a.data, n, n};
  for (Index k = 0; k < n; ++k) {
    auto largest = hn::Abs(a(k, k)), pivot = hn::Set(d, static_cast<S>(k));
    for (Index i = k + 1; i < n; ++i) {
      const auto size = hn::Abs(a(i, k));
      const auto larger = hn::Gt(size, largest);
      largest = hn::IfThenElse(larger, size, largest);
      pivot = hn::IfThenElse(larger, hn::Set(d, static_cast<S>(i)), pivot);
    }
    a.set(n, k, pivot);
    for (Index i = k + 1; i < n; ++i) square.exchange(k, i, hn::Eq(pivot, hn::Set(d, static_cast<S>(i))));
    const auto is_none = hn::Eq(a(k, k), hn::Zero(d));
    for (Index i = k + 1; i < n; ++i) {
      const auto factor = hn::IfThenElse(is_none, a(i, k), hn::Div(a(i, k), a(k, k)));
      a.set(i, k, factor);
      for (Index j = k + 1; j < n; ++j)
        a.set(i, j, hn::IfThenElse(is_none, a(i, j), hn::Sub(a(i, j), hn::Mul(factor, a(k, j)))));
    }
  }
}

template <class S>
ENGRAM_INLINE void cholesky(Vectors<S> a) {
  const auto d = a.d;
  const Index n = a.rows;
  for (Index i = 0; i < n; ++i)
    for (Index j = 0; j <= i; ++j) {
      a.set(i, j, hn::Div(hn::Add(a(i, j), a(j, i)), hn::Set(d, S{2})));
      if (j < i) a.set(j, i, hn::Zero(d));
    }
  auto is_positive = hn::Eq(hn::Zero(d), hn::Zero(d));
  for (Index j = 0; j < n; ++j) {
    auto square = a(j, j);
    for (Index k = 0; k < j; ++k) square = hn::Sub(square, hn::Mul(a(j, k), a(j, k)));
    is_positive = hn::And(is_positive, hn::And(hn::Gt(square, hn::Zero(d)), hn::IsFinite(square)));
    a.set(j, j, hn::Sqrt(square));
    for (Index i = j + 1; i < n; ++i) {
      for (Index k = 0; k < j; ++k) a.subtract(i, j, a(i, k), a(j, k));
      a.set(i, j, hn::Div(a(i, j), a(j, j)));
    }
  }
  a.keep(is_positive);
}

template <class S>
constexpr Index most_entries = (most_side_by_side + 1) * most_side_by_side* lanes_of<S>;

/// Calls run(matrices, results) for a vector of matrices after the other, and writes the results. Before, the
/// results (rows x columns) are `start`.
template <class S>
ENGRAM_INLINE void for_all(Stacked<S> matrices, Index size, Stacked<S> start, Index start_size, S* y,
                           Index rows, Index columns, Index count, auto run) {
  HWY_ALIGN S a[most_entries<S>] = {}, results[most_entries<S>] = {};
  for (Index s = 0; s < count; s += lanes_of<S>) {
    const Index some = std::min(lanes_of<S>, count - s);
    if (size > 0) lay_side_by_side(matrices.data, matrices.step, size, s, some, a);
    lay_side_by_side(start.data, start.step, start_size, s, some, results);
    run(a, Vectors<S>{results, rows, columns});
    lay_one_by_one(results, rows * columns, s, some, y);
  }
}

/// f(n), where the usual sizes are constants: compilers unroll all loops then, and keep what they can in
/// registers.
template <class F>
ENGRAM_INLINE void of_size(Index n, const F& f) {
  switch (n) {
    case 2:
      return f(std::integral_constant<Index, 2>());
    case 3:
      return f(std::integral_constant<Index, 3>());
    case 4:
      return f(std::integral_constant<Index, 4>());
    default:
      return f(n);
  }
}

template <class S>
HWY_NOINLINE void tiny_lu(Stacked<S> a, S* factors, Index size, Index count) {
  of_size(size, [&](auto n) ENGRAM_INLINE_LAMBDA {
    for_all(a, 0, a, n * n, factors, n + 1, n, count,
            [&](const S*, Vectors<S> y) ENGRAM_INLINE_LAMBDA { lu(y, n); });
  });
}

template <class S>
HWY_NOINLINE void tiny_cholesky(Stacked<S> a, S* l, Index size, Index count) {
  of_size(size, [&](auto n) ENGRAM_INLINE_LAMBDA {
    for_all(a, 0, a, n * n, l, n, n, count, [](const S*, Vectors<S> y) ENGRAM_INLINE_LAMBDA { cholesky(y); });
  });
}

template <class S>
ENGRAM_INLINE void solve_all(dense::Triangular kind, Stacked<S> t, Stacked<S> b, S* x, Index n, Index k,
                             Index count) {
  for_all(t, n * n, b, n * k, x, n, k, count, [&](S* entries, Vectors<S> y) ENGRAM_INLINE_LAMBDA {
    const Vectors<S> triangle{entries, n, n};
    solve(kind, triangle, y);
    auto is_zero = hn::Eq(triangle(0, 0), hn::Zero(y.d));
    for (Index i = 1; i < n; ++i) is_zero = hn::Or(is_zero, hn::Eq(triangle(i, i), hn::Zero(y.d)));
    y.keep(hn::Not(is_zero));
  });
}
template <class S>
HWY_NOINLINE void tiny_solve(dense::Triangular kind, Stacked<S> t, Stacked<S> b, S* x, Index size, Index k,
                             Index count) {
  of_size(size, [&](auto n) ENGRAM_INLINE_LAMBDA { solve_all<S>(kind, t, b, x, n, k, count); });
}

template <class S>
ENGRAM_INLINE void solve_all_by_lu(Stacked<S> factors, Stacked<S> b, S* x, Index n, Index k, bool transposed,
                                   Index count) {
  for_all(factors, (n + 1) * n, b, n * k, x, n, k, count, [&](S* entries, Vectors<S> y) ENGRAM_INLINE_LAMBDA {
    const Vectors<S> f{entries, n + 1, n};
    const auto exchange = [&](Index i) ENGRAM_INLINE_LAMBDA {
      for (Index j = i + 1; j < n; ++j) y.exchange(i, j, hn::Eq(f(n, i), hn::Set(y.d, static_cast<S>(j))));
    };
    if (transposed) {
      solve({.lower = false, .transposed = true}, f, y);
      solve({.lower = true, .transposed = true, .unit = true}, f, y);
      for (Index i = n; i-- > 0;) exchange(i);
    } else {
      for (Index i = 0; i < n; ++i) exchange(i);
      solve({.lower = true, .unit = true}, f, y);
      solve({.lower = false}, f, y);
    }
    auto is_regular = hn::Eq(hn::Zero(y.d), hn::Zero(y.d));
    for (Index i = 0; i < n; ++i)
      is_regular = hn::And(is_regular, hn::And(hn::Ne(f(i, i), hn::Zero(y.d)), hn::IsFinite(f(i, i))));
    y.keep(is_regular);
  });
}
template <class S>
HWY_NOINLINE void tiny_solve_by_lu(Stacked<S> factors, Stacked<S> b, S* x, Index size, Index k,
                                   bool transposed, Index count) {
  of_size(size, [&](auto n) ENGRAM_INLINE_LAMBDA {
    if (k == n && !transposed)  // an inverse
      solve_all_by_lu<S>(factors, b, x, n, n, false, count);
    else
      solve_all_by_lu<S>(factors, b, x, n, k, transposed, count);
  });
}

ENGRAM_TARGET_END

#if HWY_ONCE
#include "kernels/export.hpp"

ENGRAM_EXPORT(void, tiny_lu, (Stacked<S> a, S* factors, Index n, Index count), (a, factors, n, count))
ENGRAM_EXPORT(void, tiny_cholesky, (Stacked<S> a, S* l, Index n, Index count), (a, l, n, count))
ENGRAM_EXPORT(void, tiny_solve,
              (dense::Triangular kind, Stacked<S> t, Stacked<S> b, S* x, Index n, Index k, Index count),
              (kind, t, b, x, n, k, count))
ENGRAM_EXPORT(void, tiny_solve_by_lu,
              (Stacked<S> factors, Stacked<S> b, S* x, Index n, Index k, bool transposed, Index count),
              (factors, b, x, n, k, transposed, count))
#endif
