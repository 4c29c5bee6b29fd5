#include <engram/autodiff/kernels.hpp>
#include <engram/autodiff/ops.hpp>

#include "as_rows.hpp"
#include "instantiate.hpp"
#include "recognise.hpp"
#include "strided.hpp"

ENGRAM_AUTODIFF_BEGIN
namespace {

template <class T>
T product(const T& a, const T& b, bool transpose_a, bool transpose_b);

/// All matrices of a stack below each other, as one.
template <class T>
T tall(const T& x) {
  return restack(x, {x.stack() * x.rows(), x.columns()});
}

/// Whether the products of a stack with one right operand are those of one tall matrix.
bool is_tall(Shape a, Shape b, bool transpose_a) { return a.stack != 1 && b.stack == 1 && !transpose_a; }

/// Whether the products of one left operand with a stack of columns are one product: of the columns as rows,
/// with the transposed left operand.
bool is_flat(Shape a, Shape b, bool transpose_b) {
  return a.stack == 1 && b.stack != 1 && (transpose_b ? b.rows : b.columns) == 1;
}

/// From one matrix of a stack to the next: none if one serves for all.
Index step_of(Shape x) { return x.stack == 1 ? 0 : x.rows * x.columns; }

/// C = A' B', where ' transposes or not. Ā' = C̄ B'ᵀ and B̄' = A'ᵀ C̄; transposing an operand transposes its
/// cotangent. The cotangent of a right operand that a stack shares is a product of tall matrices, that of a
/// left operand that a stack of columns shares one of flat matrices: they sum over the stack, too.
struct Matmul {
  static constexpr auto name = "matmul";
  static constexpr bool sees_stacks = true;
  static constexpr bool shows_nan = true;
  bool transpose_a, transpose_b;
  bool operator==(const Matmul&) const = default;
  Within within(std::size_t input) const {
    return {.row = input == 0 && !transpose_a, .column = input == 1 && !transpose_b};
  }
  std::string note() const {
    return transpose_a && transpose_b ? "both transposed"
           : transpose_a              ? "transposed first"
           : transpose_b              ? "transposed second"
                                      : "";
  }

  Shape shape(Shape a, Shape b) const {
    const Index m = transpose_a ? a.columns : a.rows, k = transpose_a ? a.rows : a.columns;
    const Index n = transpose_b ? b.rows : b.columns, k_b = transpose_b ? b.columns : b.rows;
    if (k != k_b)
      fail(name, "inner dimensions differ: {}{} by {}{}", to_string(a), transpose_a ? "ᵀ" : "", to_string(b),
           transpose_b ? "ᵀ" : "");
    return {m, n, common_stack(name, a.stack, b.stack)};
  }
  double flops(std::span<const Shape> c, std::span<const Shape> x) const {
    const Index k = transpose_a ? x[0].rows : x[0].columns;
    return 2.0 * static_cast<double>(c[0].size()) * static_cast<double>(k);
  }
  /// The product of matrices, or those of stacks; as one, if there is a way.
  template <class S>
  kernels::Product<S> operands(ConstView<S> a, ConstView<S> b) const {
    const Index m = transpose_a ? a.shape.columns : a.shape.rows;
    const Index k = transpose_a ? a.shape.rows : a.shape.columns;
    const Index n = transpose_b ? b.shape.rows : b.shape.columns;
    kernels::Product<S> product{m, n, k, a.data, b.data, transpose_a, transpose_b};
    if (is_tall(a.shape, b.shape, transpose_a)) {
      product.m *= a.shape.stack;
    } else if (is_flat(a.shape, b.shape, transpose_b)) {
      return {b.shape.stack, m, k, b.data, a.data, false, !transpose_a};
    } else if (a.shape.stack != 1 || b.shape.stack != 1) {
      product.count = common_stack(name, a.shape.stack, b.shape.stack);
      product.a_step = step_of(a.shape), product.b_step = step_of(b.shape);
    }
    return product;
  }
  template <class S>
  void forward(View<S> c, ConstView<S> a, ConstView<S> b) const {
    kernels::matmul(operands(a, b), c.data);
  }
  static constexpr auto vjp = rules(
      [](auto& op, auto& g, auto&, auto& a, auto& b) {
        if (is_flat(a.shape(), b.shape(), op.transpose_b))
          return op.transpose_a ? product(as_rows(b), as_rows(g), true, false)
                                : product(as_rows(g), as_rows(b), true, false);
        return op.transpose_a ? product(b, g, op.transpose_b, true) : product(g, b, false, !op.transpose_b);
      },
      [](auto& op, auto& g, auto&, auto& a, auto& b) {
        const auto pull = [&](const auto& bar, const auto& left) {
          return op.transpose_b ? product(bar, left, true, op.transpose_a)
                                : product(left, bar, !op.transpose_a, false);
        };
        return is_tall(a.shape(), b.shape(), op.transpose_a) ? pull(tall(g), tall(a)) : pull(g, a);
      });
};

template <class T>
T product(const T& a, const T& b, bool transpose_a, bool transpose_b) {
  return apply(Matmul{transpose_a, transpose_b}, a, b);
}

/// What is added to the product a' b' = y, as the kernel reads it: for each matrix, or, if the product of
/// stacks is computed as one, for that one. Nothing if that one cannot be told where it lies.
template <class S>
std::optional<kernels::Strided<S>> addend_strides(const Matmul& product, Shape a, Shape b, ConstView<S> added,
                                                  Shape y) {
  const Shape s = added.shape;
  if (is_flat(a, b, product.transpose_b))
    return kernels::Strided<S>{added.data, step_of(s), s.rows == 1 ? 0 : 1};
  if (!is_tall(a, b, product.transpose_a)) return strided(added);
  const auto shape = below_each_other(s, y);
  return shape ? std::optional(strided(ConstView<S>{added.data, *shape})) : std::nullopt;
}

/// A product and what is broadcast and added to it.
struct MatmulAdd : CompiledOnly {
  static constexpr bool sees_stacks = true;
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
    product.addend = *addend_strides(matmul, x[0].shape, x[1].shape, x[2], y[0].shape);
    product.addend_step = step_of(x[2].shape);
    kernels::matmul(product, y[0].data);
  }
};

}  // namespace

template <class S>
bool is_matmul(const Operation<S>& operation) {
  return op_of<Matmul>(operation) != nullptr;
}
template bool is_matmul(const Operation<float>&);
template bool is_matmul(const Operation<double>&);

template <class S>
OperationPtr<S> with_addend(const Operation<S>& operation, Shape a, Shape b, Shape addend) {
  const auto* product = op_of<Matmul>(operation);
  if (!product || !addend_strides(*product, a, b, ConstView<S>{nullptr, addend}, product->shape(a, b)))
    return nullptr;
  return make_operation<S>(MatmulAdd(*product));
}
template OperationPtr<float> with_addend(const Operation<float>&, Shape, Shape, Shape);
template OperationPtr<double> with_addend(const Operation<double>&, Shape, Shape, Shape);

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
