/// How a lifted function's gradient, by all its inputs, comes about: with a tangent for each, or by a record
/// of the tangents that is read backwards. Orders below are dual numbers with one tangent.
#pragma once

#include <engram/autodiff/elementwise.hpp>
#include <engram/autodiff/lift/pack.hpp>

#include <algorithm>
#include <utility>
#include <vector>

ENGRAM_AUTODIFF_BEGIN
namespace detail {

/// Memory that a thread keeps from call to call; a call within a call gets its own.
template <class T>
class Borrowed {
 public:
  Borrowed() : memory_(std::move(kept())) {}
  ~Borrowed() { kept() = std::move(memory_); }
  Borrowed(const Borrowed&) = delete;
  Borrowed& operator=(const Borrowed&) = delete;
  T& operator*() { return memory_; }

 private:
  static T& kept() {
    static thread_local T memory;
    return memory;
  }
  T memory_;
};

/// How the gradient's own order moves: k tangents at once.
template <class N, int n, int k>
struct Forwards {
  using B = Dual<N, n - 1>;
  using T = Dual<N, n, k>;

  /// x becomes input i.
  void begin(T& x, const B& number, int i) {
    if constexpr (k == 1)
      x = T(number, 1.0);
    else
      x = T::moving(number, i);
  }
  /// For each input the derivative of Σ y_bar y, with what y_bar each result has.
  template <int results, class Bars, class Use>
  void gradient(const T* y, const Bars& y_bar, const Use& use) {
    for (int i = 0; i < k; ++i) {
      N sum{};
      for (int j = 0; j < results; ++j)
        sum = sum + pull_number(y_bar(j), highest_derivative(tangent(y[j], i)));
      use(i, sum);
    }
  }
  /// The derivative of each result by each input.
  template <int results, class Use>
  void jacobian(const T* y, const Use& use) {
    for (int j = 0; j < results; ++j)
      for (int i = 0; i < k; ++i) use(j, i, highest_derivative(tangent(y[j], i)));
  }

 private:
  static B tangent(const T& y, [[maybe_unused]] int i) {
    if constexpr (k == 1)
      return y.tangent;
    else
      return y.tangent[i];
  }
};

/// Or by a record that is read backwards.
template <class N, int n, int k>
struct Backwards {
  using B = Dual<N, n - 1>;
  using T = Dual<N, n, recorded>;

  Backwards() : outer(std::exchange(Record<B>::current, &*record)) { (*record).start(k); }
  ~Backwards() { Record<B>::current = outer; }
  Backwards(const Backwards&) = delete;
  Backwards& operator=(const Backwards&) = delete;
  void begin(T& x, const B& number, int i) {
    x.value = number;
    x.tangent = {i};
  }
  template <int results, class Bars, class Use>
  void gradient(const T* y, const Bars& y_bar, const Use& use) {
    const auto start = [&](int j, int) { return B(y_bar(j)); };
    differentiate<results, 1>(y, start, [&](int, int i, const N& slope) { use(i, slope); });
  }
  template <int results, class Use>
  void jacobian(const T* y, const Use& use) {
    constexpr int together = std::min(results, 4);  // more would leave the nearest cache
    for (int first = 0; first < results; first += together)
      differentiate<results, together>(
          y, [&](int j, int r) { return B(j == first + r ? 1.0 : 0.0); },
          [&](int r, int i, const N& slope) {
            if (first + r < results) use(first + r, i, slope);
          });
  }

 private:
  struct alignas(alignment_in_rows<B>) Bar {
    B value;
  };

  /// The derivatives of some sums of the results, all in one reading: result j is in sum r y_bar(j, r) times.
  template <int results, int sums, class Bars, class Use>
  void differentiate(const T* y, const Bars& y_bar, const Use& use) {
    const auto read = [&](const auto& times) {
      int last = k - 1;
      for (int j = 0; j < results; ++j) last = std::max(last, y[j].tangent.place);
      if (const auto size = static_cast<std::size_t>((last + 1) * sums); (*bars).size() < size)
        (*bars).resize(size);
      for (int j = 0; j < results; ++j)
        if (const int place = y[j].tangent.place; place >= 0)
          for (int r = 0; r < sums; ++r) add(bars_of<sums>(place)[r], y_bar(j, r));
      sweep<sums>(last, times);
    };
    // What a 0 pulls along an infinite slope is 0. That seldom matters, and a NaN shows where it does.
    const auto carefully = [](const B& g, const B& slope) { return pull(g, slope); };
    if constexpr (n == 1) {
      read([](const B& g, const B& slope) { return g * slope; });
      N nothing{};
      for (int i = 0; i < k * sums; ++i) nothing = nothing + bars_of<1>(i)->value.value * N(0);
      if (has_nan(nothing)) {
        std::fill_n(bars_of<1>(0), k * sums, Bar{});
        read(carefully);
      }
    } else {
      read(carefully);
    }
    for (int r = 0; r < sums; ++r)
      for (int i = 0; i < k; ++i) use(r, i, highest_derivative(take(bars_of<sums>(i)[r])));
  }

  template <int sums>
  Bar* bars_of(int place) {
    return (*bars).data() + place * sums;
  }
  static void add(Bar& sum, const B& term) { sum.value = sum.value + term; }
  static B take(Bar& bar) { return std::exchange(bar.value, B{}); }
  template <int sums, class Times>
  void sweep(int last, const Times& times) {
    for (int place = last; place >= k; --place) {
      const auto& step = (*record)[place];
      for (int r = 0; r < sums; ++r) {
        const B g = take(bars_of<sums>(place)[r]);
        if (step.first >= 0) add(bars_of<sums>(step.first)[r], times(g, step.first_slope));
        if (step.second >= 0) add(bars_of<sums>(step.second)[r], times(g, step.second_slope));
      }
    }
  }

  Borrowed<Record<B>> record;
  Record<B>* outer;
  Borrowed<std::vector<Bar>> bars;  // all of them 0 but while they are read
};

}  // namespace detail

ENGRAM_AUTODIFF_END
