/// Calling a function over scalars, however it takes its arguments: as pointers, vectors or arrays.
#pragma once

#include <engram/autodiff/array.hpp>

#include <array>
#include <numeric>
#include <tuple>
#include <type_traits>
#include <utility>

ENGRAM_AUTODIFF_BEGIN

/// The columns of the inputs, or of the results, of a function over scalars: so many numbers of each row.
template <int... widths>
struct Columns {
  static_assert(sizeof...(widths) > 0 && ((widths > 0) && ...), "each input and result has a column or more");
  static constexpr int count = sizeof...(widths);
  static constexpr int total = (widths + ...);
  static constexpr std::array<int, sizeof...(widths)> width{widths...};
};

namespace detail {

// In debug builds a NaN follows each input: who reads beyond it finds that.
#ifdef NDEBUG
inline constexpr int guard = 0;
#else
inline constexpr int guard = 1;
#endif

/// Where input or result i begins, if `gap` numbers stand behind each.
template <class List>
constexpr int begin_of(int i, int gap) {
  return std::accumulate(List::width.begin(), List::width.begin() + i, gap * i);
}
/// use(0), use(1), ... for each of the list, all of them constants.
template <class List, class Use>
void for_each_of(const Use& use) {
  [&]<int... i>(std::integer_sequence<int, i...>) { (use(std::integral_constant<int, i>()), ...); }
  (std::make_integer_sequence<int, List::count>());
}

/// Where each column of the inputs stands, guards between them.
template <class In>
inline constexpr auto places = [] {
  std::array<int, In::total> all{};
  for (int i = 0, at = 0; i < In::count; ++i)
    for (int c = 0; c < In::width[i]; ++c) all[at++] = begin_of<In>(i, guard) + c;
  return all;
}();

/// How a function takes an input of several columns.
enum class Taken { as_vector, as_array };
template <Taken taken, int width, class T>
auto argument(const T* x) {
  if constexpr (width == 1) {
    return *x;
  } else if constexpr (taken == Taken::as_vector) {
    return Eigen::Matrix<T, width, 1>(Eigen::Map<const Eigen::Matrix<T, width, 1>>(x));
  } else {
    std::array<T, static_cast<std::size_t>(width)> all;
    std::copy_n(x, width, all.begin());
    return all;
  }
}
template <class F, class T, class In, Taken taken, std::size_t... i>
constexpr bool takes_inputs(std::index_sequence<i...>) {
  return std::is_invocable_v<const F&, decltype(argument<taken, In::width[i]>(std::declval<const T*>()))...>;
}

/// Writes a result of one column or more.
template <int width, class T, class R>
void store(const R& result, T* y) {
  if constexpr (std::is_convertible_v<const R&, T>) {
    static_assert(width == 1, "a lifted function returned one number for a result of several columns");
    *y = result;
  } else if constexpr (std::is_base_of_v<Eigen::EigenBase<R>, R>) {
    static_assert(std::is_base_of_v<Eigen::PlainObjectBase<R>, R>,
                  "a lifted function returned an expression of Eigen's, which refers to what is gone: write "
                  "-> Eigen::Matrix<T, rows, 1>, or .eval()");
    static_assert(
        R::SizeAtCompileTime == width,
        "a lifted function returned a matrix with more or fewer entries than its result has columns");
    for (int c = 0; c < width; ++c) y[c] = result.data()[c];
  } else {
    static_assert(
        std::tuple_size_v<R> == static_cast<std::size_t>(width),
        "a lifted function returned an array with more or fewer numbers than its result has columns");
    std::copy(result.begin(), result.end(), y);
  }
}

/// f(x), where the inputs stand in a row, each followed by its guard, and the results in another. False if f
/// says that it failed. Inputs and results are told by Columns.
template <class In, class Out, class F, class T>
bool call_lifted(const F& f, const T* x, T* y) {
  return [&]<std::size_t... i, std::size_t... k>(std::index_sequence<i...>, std::index_sequence<k...>) {
    const auto input = [&]<std::size_t at>(std::integral_constant<std::size_t, at>) {
      return x + begin_of<In>(at, guard);
    };
    constexpr bool by_pointers = std::is_invocable_v<const F&, decltype(i, x)..., decltype(k, y)...>;
    if constexpr (by_pointers) {
      const auto call = [&] {
        return f(input(std::integral_constant<std::size_t, i>())..., (y + begin_of<Out>(k, 0))...);
      };
      if constexpr (std::is_void_v<decltype(call())>)
        return call(), true;
      else
        return static_cast<bool>(call());
    } else {
      // Only one of them is asked for: a generic function would be compiled for both.
      constexpr bool by_vectors = takes_inputs<F, T, In, Taken::as_vector>(std::index_sequence<i...>());
      constexpr Taken taken = by_vectors ? Taken::as_vector : Taken::as_array;
      static_assert(
          takes_inputs<F, T, In, taken>(std::index_sequence<i...>()),
          "a lifted function takes its inputs, numbers T or Eigen::Matrix<T, columns, 1>, or "
          "std::array<T, columns>, and returns its results; or it takes pointers, first const T* for "
          "each input, then T* for each result");
      const auto results =
          f(argument<taken, In::width[i]>(input(std::integral_constant<std::size_t, i>()))...);
      if constexpr (Out::count == 1)
        store<Out::width[0]>(results, y);
      else
        (store<Out::width[k]>(std::get<k>(results), y + begin_of<Out>(k, 0)), ...);
      return true;
    }
  }
  (std::make_index_sequence<In::count>(), std::make_index_sequence<Out::count>());
}

}  // namespace detail

ENGRAM_AUTODIFF_END
