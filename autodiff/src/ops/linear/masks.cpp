// Which values have derivatives, of those whose differences or inverses a derivative needs.
#include "common.hpp"
#include "ops/instantiate.hpp"

ENGRAM_AUTODIFF_BEGIN
namespace {

/// `ulps` of the largest value.
template <class S>
S rounding_of(ConstView<S> v, Index ulps) {
  const S* const end = v.data + v.shape.size();
  const auto smaller = [](S a, S b) { return std::abs(a) < std::abs(b); };
  return static_cast<S>(ulps) * std::numeric_limits<S>::epsilon() *
         std::abs(*std::max_element(v.data, end, smaller));
}

struct Distinct {
  static constexpr auto name = "distinct";
  static Shape shape(Shape v) { return {v.rows, v.rows}; }
  template <class S>
  static bool are_equal(ConstView<S> v, Index i, Index j, S rounding) {
    return !(std::abs(v.data[i] - v.data[j]) > rounding);
  }
  template <class S>
  static void forward(View<S> y, ConstView<S> v) {
    const Index n = v.shape.rows;
    const S rounding = rounding_of(v, n);
    for (Index i = 0; i < n; ++i)
      for (Index j = 0; j < n; ++j)
        y.data[i * n + j] = i == j                         ? S{0}
                            : are_equal(v, i, j, rounding) ? std::numeric_limits<S>::quiet_NaN()
                                                           : S{1};
  }
  template <class S>
  static std::string explain(std::span<const ConstView<S>> x) {
    const ConstView<S> v = x[0];
    const S rounding = rounding_of(v, v.shape.rows);
    for (Index j = 1; j < v.shape.rows; ++j)
      for (Index i = 0; i < j; ++i)
        if (are_equal(v, i, j, rounding))
          return fmt::format(
              "values {} and {}, {} and {}, are equal up to rounding: their vectors have no derivative", i, j,
              v.data[i], v.data[j]);
    return {};
  }
  static constexpr auto vjp = rules(no_gradient);
};

struct Nonzero {
  static constexpr auto name = "nonzero";
  Index count;
  bool operator==(const Nonzero&) const = default;
  static Shape shape(Shape v) { return v; }
  template <class S>
  void forward(View<S> y, ConstView<S> v) const {
    const S rounding = rounding_of(v, count);
    for (Index i = 0; i < v.shape.rows; ++i)
      y.data[i] = std::abs(v.data[i]) > rounding ? S{1} : std::numeric_limits<S>::quiet_NaN();
  }
  template <class S>
  std::string explain(std::span<const ConstView<S>> x) const {
    const ConstView<S> v = x[0];
    const S rounding = rounding_of(v, count);
    for (Index i = 0; i < v.shape.rows; ++i)
      if (!(std::abs(v.data[i]) > rounding))
        return fmt::format("value {}, {}, is 0 up to rounding: the matrix has not full rank", i, v.data[i]);
    return {};
  }
  static constexpr auto vjp = rules(no_gradient);
};

}  // namespace

template <class T>
T distinct(const T& v) {
  return apply(Distinct{}, v);
}
template <class T>
T nonzero(const T& v, Index count) {
  return apply(Nonzero{count}, v);
}

#define ENGRAM_INSTANTIATE(T)    \
  template T distinct(const T&); \
  template T nonzero(const T&, Index);
ENGRAM_FOR_ALL(ENGRAM_INSTANTIATE)

ENGRAM_AUTODIFF_END
