#include <engram/autodiff/kernels.hpp>
#include <engram/autodiff/ops.hpp>

#include "instantiate.hpp"
#include "recognise.hpp"
#include "strided.hpp"

ENGRAM_AUTODIFF_BEGIN
namespace {

template <class T>
T product(const T& a, const T& b, bool transpose_a, bool transpose_b);

/// C = A' B', where ' transposes or not. Ā' = C̄ B'ᵀ and B̄' = A'ᵀ C̄; transposing an operand transposes its
/// cotangent.
struct Matmul {
  static constexpr auto name = "matmul";
  static constexpr bool shows_nan = true;
  bool transpose_a, transpose_b;
  bool operator==(const Matmul&) const = default;
  std::string note() const {
    return transpose_a && transpose_b ? "both transposed"
           : transpose_a              ? "transposed first"
           : transpose_b              ? "transposed second"
                                      : "";
  }

  Shape shape(Shape a, Shape b) const {
    const auto [m, k] = transpose_a ? Shape{a.columns, a.rows} : a;
    const auto [k_b, n] = transpose_b ? Shape{b.columns, b.rows} : b;
    if (k != k_b)
      fail(name, "inner dimensions differ: {}{} by {}{}", to_string(a), transpose_a ? "ᵀ" : "", to_string(b),
           transpose_b ? "ᵀ" : "");
    return {m, n};
  }
  double flops(std::span<const Shape> c, std::span<const Shape> x) const {
    const Index k = transpose_a ? x[0].rows : x[0].columns;
    return 2.0 * static_cast<double>(c[0].size()) * static_cast<double>(k);
  }
  template <class S>
  kernels::Product<S> operands(ConstView<S> a, ConstView<S> b) const {
    const auto [m, k] = transpose_a ? Shape{a.shape.columns, a.shape.rows} : a.shape;
    const Index n = transpose_b ? b.shape.rows : b.shape.columns;
    return {m, n, k, a.data, b.data, transpose_a, transpose_b};
  }
  template <class S>
  void forward(View<S> c, ConstView<S> a, ConstView<S> b) const {
    kernels::matmul(operands(a, b), c.data);
  }
  static constexpr auto vjp = rules(
      [](auto& op, auto& g, auto&, auto&, auto& b) {
        return op.transpose_a ? product(b, g, op.transpose_b, true) : product(g, b, false, !op.transpose_b);
      },
      [](auto& op, auto& g, auto&, auto& a, auto&) {
        return op.transpose_b ? product(g, a, true, op.transpose_a) : product(a, g, !op.transpose_a, false);
      });
};

template <class T>
T product(const T& a, const T& b, bool transpose_a, bool transpose_b) {
  return apply(Matmul{transpose_a, transpose_b}, a, b);
}

/// A product and what is broadcast and added to it.
struct MatmulAdd : CompiledOnly {
  static constexpr const char* name = "matmul_add";
  Matmul matmul;
  explicit MatmulAdd(const Matmul& m) : matmul(m) {}
  bool operator==(const MatmulAdd& o) const { return matmul == o.matmul; }
  std::string note() const { return matmul.note(); }
  double flops(std::span<const Shape> c, std::span<const Shape> x) const {
    return matmul.flops(c, x) + static_cast<double>(c[0].size());
  }

  template <class S>
  void forward(std::span<const View<S>> y, std::span<const ConstView<S>> x) const {
    auto product = matmul.operands(x[0], x[1]);
    product.addend = strided(x[2]);
    kernels::matmul(product, y[0].data);
  }
};

}  // namespace

template <class S>
OperationPtr<S> with_addend(const Operation<S>& operation) {
  const auto* product = op_of<Matmul>(operation);
  return product ? make_operation<S>(MatmulAdd(*product)) : nullptr;
}
template OperationPtr<float> with_addend(const Operation<float>&);
template OperationPtr<double> with_addend(const Operation<double>&);

template <Differentiable T>
T matmul(const T& a, const T& b) {
  return product(a, b, false, false);
}
template <Differentiable T>
T matmul_tn(const T& a, const T& b) {
  return product(a, b, true, false);
}
template <Differentiable T>
T matmul_nt(const T& a, const T& b) {
  return product(a, b, false, true);
}
template <Differentiable T>
T matmul_tt(const T& a, const T& b) {
  return product(a, b, true, true);
}

#define ENGRAM_INSTANTIATE(T)               \
  template T matmul(const T&, const T&);    \
  template T matmul_tn(const T&, const T&); \
  template T matmul_nt(const T&, const T&); \
  template T matmul_tt(const T&, const T&);
ENGRAM_FOR_ALL(ENGRAM_INSTANTIATE)

ENGRAM_AUTODIFF_END
