/// What a lifted function and its derivatives compute, row by row.
///
/// Two families are closed under differentiation. With directions v1 ... vn in the inputs x,
///
/// - *directional*, order n: the derivative of f along v1 ... vn; f itself for n = 0;
/// - *gradient*, order n: the gradient by x of ȳ·f's derivative along v1 ... v(n-1).
///
/// Directions are dual numbers' tangents, one per order. The gradient's own order is as many tangents at once
/// as there are inputs or, from many on, a record that is read backwards.
#pragma once

#include <engram/autodiff/elementwise.hpp>
#include <engram/autodiff/lift/call.hpp>
#include <engram/autodiff/lift/ways.hpp>
#include <engram/autodiff/scalar.hpp>

#include <algorithm>
#include <limits>

ENGRAM_AUTODIFF_BEGIN
namespace detail {

/// A lifted function, whatever its type.
struct LiftedFunction {
  std::string name;
  std::vector<Index> inputs, outputs;  ///< columns
};
template <class F>
struct LiftedFunctionOf : LiftedFunction {
  F f;
};

/// What is computed: see above. `jacobian` is the matrix of all first derivatives, a row for each column of
/// the results.
enum class Lifted { directional, gradient, jacobian };

/// Computes it for all rows. Inputs are x; for gradients ȳ; then the directions, each in as many parts as x.
template <class S>
using ComputeLifted = void(const LiftedFunction&, Lifted, int order, std::span<const View<S>> y,
                           std::span<const ConstView<S>> x);

/// The rows of matrices, or of a stack of them; one row serves for all, and so does one matrix.
template <class S>
struct Rows {
  ConstView<S> x;
  Index rows = 0;  ///< of each matrix that is computed
  bool one = false, all = false;

  Rows() = default;
  Rows(ConstView<S> view, Shape computed)
      : x(view),
        rows(computed.rows),
        one(view.shape.stack * view.shape.rows == 1),
        all(view.shape.stack == computed.stack && view.shape.rows == computed.rows) {}

  const S* at(Index q) const {
    if (one) return x.data;
    if (all) return x.data + q * x.shape.columns;
    const Index s = x.shape.stack == 1 ? 0 : q / rows, r = x.shape.rows == 1 ? 0 : q % rows;
    return x.data + (s * x.shape.rows + r) * x.shape.columns;
  }
};

/// Numbers of one row, or of several side by side.
template <class S>
struct OneRow {
  using Number = S;
  static constexpr int lanes = 1;
  static void set(S& number, int, S value) { number = value; }
  static S get(const S& number, int) { return number; }
};
template <class S>
struct SeveralRows {
  using Number = Pack<S>;
  static constexpr int lanes = Pack<S>::lanes;
  static void set(Pack<S>& number, int lane, S value) { number.v[lane] = value; }
  static S get(const Pack<S>& number, int lane) { return number.v[lane]; }
};

/// A number that moves along a direction in each order: numbers[1] is its part of the first one.
template <int n, class N>
Dual<N, n> directed(const N* numbers) {
  if constexpr (n == 0)
    return numbers[0];
  else
    return {directed<n - 1>(numbers), Dual<N, n - 1>(numbers[n])};
}

/// Computes these rows of y, at most as many as there are lanes. The last one fills lanes that are left.
template <class In, class Out, class Lanes, Lifted kind, int n, class F, class S>
struct RowsAtOnce {
  using N = typename Lanes::Number;
  static constexpr int m = In::total, p = Out::total;
  static constexpr bool is_directional = kind == Lifted::directional;
  static constexpr int directions = is_directional ? n : n - 1;

  const F& f;
  std::span<const Index> rows;
  std::span<const Rows<S>> x;
  std::span<const View<S>> y;

  void compute() const {
    if constexpr (is_directional) {
      compute_directional();
    } else {
      constexpr int few = 8;
      if constexpr (m <= few || (kind == Lifted::jacobian && m <= 2 * p))
        compute_gradient(Forwards<N, n, m>());
      else
        compute_gradient(Backwards<N, n, m>());
    }
  }

 private:
  using Numbers = std::array<std::array<N, directions + 1>, m>;
  using Results = std::conditional_t<is_directional, Out,
                                     std::conditional_t<kind == Lifted::gradient, In, Columns<p * m>>>;

  /// put(c, number) of each column c.
  template <int width, class Put>
  void load(const Rows<S>& from, const Put& put) const {
    std::array<const S*, Lanes::lanes> row;
    for (int l = 0; l < Lanes::lanes; ++l)
      row[l] = from.at(rows[std::min(static_cast<std::size_t>(l), rows.size() - 1)]);
    for (int c = 0; c < width; ++c) {
      N number{};
      for (int l = 0; l < Lanes::lanes; ++l) Lanes::set(number, l, row[l][c]);
      put(c, number);
    }
  }
  /// The results' columns, side by side; NaN if the function said that it failed.
  void save(const N* numbers, bool good) const {
    for_each_of<Results>([&](auto k) {
      for (int l = 0; l < static_cast<int>(rows.size()); ++l) {
        S* row = y[k].data + rows[l] * Results::width[k];
        for (int c = 0; c < Results::width[k]; ++c)
          row[c] = good ? Lanes::get(numbers[begin_of<Results>(k, 0) + c], l)
                        : std::numeric_limits<S>::quiet_NaN();
      }
    });
  }

  /// The inputs' columns, each with its part of every direction.
  void load_inputs(Numbers& numbers) const {
    constexpr int first = kind == Lifted::gradient ? In::count + Out::count : In::count;
    for (int j = 0; j <= directions; ++j)
      for_each_of<In>([&](auto i) {
        load<In::width[i]>(x[j == 0 ? i : first + (j - 1) * In::count + i],
                           [&](int c, const N& v) { numbers[begin_of<In>(i, 0) + c][j] = v; });
      });
  }

  /// False if the function says that it failed.
  template <class T, class Begin>
  bool call(const Begin& begin, std::array<T, p>& result) const {
    Numbers numbers;
    load_inputs(numbers);
    std::array<T, m + guard * In::count> in;
    if constexpr (guard > 0) in.fill(std::numeric_limits<double>::quiet_NaN());
    for (int c = 0; c < m; ++c) begin(in[places<In>[c]], directed<directions>(numbers[c].data()), c);
    return call_lifted<In, Out>(f, in.data(), result.data());
  }

  void compute_directional() const {
    using T = Dual<N, n>;
    std::array<T, p> result;
    const bool good = call<T>([](T& input, const T& number, int) { input = number; }, result);
    std::array<N, p> numbers;
    for (int j = 0; j < p; ++j) numbers[j] = highest_derivative(result[j]);
    save(numbers.data(), good);
  }

  template <class Way>
  void compute_gradient(Way&& way) const {
    using T = typename std::remove_cvref_t<Way>::T;
    std::array<T, p> result;
    const bool good =
        call<T>([&](T& input, const auto& number, int i) { way.begin(input, number, i); }, result);
    if constexpr (kind == Lifted::jacobian) {
      std::array<N, p * m> slopes;
      way.template jacobian<p>(result.data(),
                               [&](int j, int i, const N& slope) { slopes[j * m + i] = slope; });
      save(slopes.data(), good);
    } else {
      std::array<N, p> y_bar;
      for_each_of<Out>([&](auto k) {
        load<Out::width[k]>(x[In::count + k], [&](int c, const N& v) { y_bar[begin_of<Out>(k, 0) + c] = v; });
      });
      std::array<N, m> slopes;
      way.template gradient<p>(
          result.data(), [&](int j) { return y_bar[j]; }, [&](int i, const N& slope) { slopes[i] = slope; });
      save(slopes.data(), good);
    }
  }
};

/// All rows. Values and first derivatives have several rows at once on lanes, where these take one path.
template <class In, class Out, Lifted kind, int n, class F, class S>
void compute_all_rows(const F& f, std::span<const View<S>> y, std::span<const ConstView<S>> views) {
  const Index all = y[0].shape.rows * y[0].shape.stack;
  constexpr int given = kind == Lifted::directional ? In::count * (1 + n)
                        : kind == Lifted::gradient  ? In::count * n + Out::count
                                                    : In::count;
  std::array<Rows<S>, given> x;
  for (std::size_t i = 0; i < x.size(); ++i) x[i] = Rows<S>(views[i], y[0].shape);
  const auto one = [&](Index q) {
    RowsAtOnce<In, Out, OneRow<S>, kind, n, F, S>{f, std::span(&q, 1), x, y}.compute();
  };
  if constexpr (n <= (kind == Lifted::directional ? 0 : 1)) {
    constexpr std::size_t lanes = SeveralRows<S>::lanes, few = 2;
    const unsigned outside = lanes_apart;
    for (Index first = 0; first < all;) {
      std::array<Index, lanes> left;
      std::size_t count = 0;
      while (count < lanes && first < all) left[count++] = first++;
      while (count > few) {
        lanes_apart = 0;
        const std::span<const Index> rows = std::span(left).first(count);
        RowsAtOnce<In, Out, SeveralRows<S>, kind, n, F, S>{f, rows, x, y}.compute();
        std::size_t apart = 0;
        for (std::size_t l = 0; l < count; ++l)
          if (lanes_apart >> l & 1) left[apart++] = left[l];
        count = apart;
      }
      for (std::size_t l = 0; l < count; ++l) one(left[l]);
    }
    lanes_apart = outside;
  } else {
    for (Index q = 0; q < all; ++q) one(q);
  }
}

/// What a lifted op calls: chooses among the above.
template <class S, class F, class In, class Out>
void compute_lifted(const LiftedFunction& function, Lifted kind, int order, std::span<const View<S>> y,
                    std::span<const ConstView<S>> x) {
  const F& f = static_cast<const LiftedFunctionOf<F>&>(function).f;
  if (kind == Lifted::jacobian) return compute_all_rows<In, Out, Lifted::jacobian, 1>(f, y, x);
  const auto compute = [&]<int n>(std::integral_constant<int, n>) {
    if (n != order) return;
    if (kind == Lifted::directional) return compute_all_rows<In, Out, Lifted::directional, n>(f, y, x);
    if constexpr (n > 0) compute_all_rows<In, Out, Lifted::gradient, n>(f, y, x);
  };
  [&]<int... n>(std::integer_sequence<int, n...>) { (compute(std::integral_constant<int, n>()), ...); }
  (std::make_integer_sequence<int, highest_order + 1>());
}

}  // namespace detail

ENGRAM_AUTODIFF_END
