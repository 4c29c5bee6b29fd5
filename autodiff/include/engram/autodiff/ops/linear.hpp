/// Linear algebra: factorizations, systems of equations, determinants, eigenvalues.
///
/// Matrices are real. A matrix that is called symmetric is taken by its symmetric part, (a + aᵀ) / 2, so
/// that derivatives are symmetric too and both triangles count. Where a result does not exist, it is NaN;
/// where only its derivative does not exist, the derivative is NaN. `find_non_finite` then names the minor,
/// the pivot or the pair of eigenvalues that is the cause. Empty matrices are an error. docs/derivatives.md
/// has the rules and their sources.
///
/// Compiled functions run these ops without allocating from the second run on, but for `eigh`, `svd`, `expm`,
/// the derivative of `det`, and `qr` from about 50 columns on, in which Eigen allocates.
#pragma once

#include <engram/autodiff/tape.hpp>

ENGRAM_AUTODIFF_BEGIN

/// The type of `positive_definite`.
struct PositiveDefinite {};
/// Says that a matrix is symmetric and positive definite. Its Cholesky factor then does the work: faster, and
/// as accurate as can be. The result is NaN if the matrix is not.
inline constexpr PositiveDefinite positive_definite{};

/// Which triangle of a matrix holds its entries. The other one is not read.
enum class Triangle {
  lower,  ///< at and below the diagonal
  upper   ///< at and above the diagonal
};

// --- systems of equations

/// The lower triangular l with a positive diagonal and l lᵀ = a, for a symmetric positive definite. NaN if a
/// is not positive definite.
template <Differentiable T>
T cholesky(const T& a);
/// x with a x = b, for a (n x n) and b (n x k), by Gaussian elimination with partial pivoting. NaN if a is
/// singular.
template <Differentiable T>
T solve(const T& a, const T& b);
/// The same for a symmetric positive definite.
template <Differentiable T>
T solve(const T& a, const T& b, PositiveDefinite);
/// x with a x = b, or aᵀ x = b if `transposed`, for a triangular. NaN if an entry of its diagonal is 0.
template <Differentiable T>
T solve_triangular(const T& a, const T& b, Triangle triangle = Triangle::lower, bool transposed = false);
/// x with a x = b for a tridiagonal a of n rows, by elimination with partial pivoting, in time proportional
/// to n. `lower` (n-1 x 1) lies below the diagonal (n x 1), `upper` (n-1 x 1) above it; b is (n x k). NaN if
/// a is singular.
template <Differentiable T>
T solve_tridiagonal(const T& lower, const T& diagonal, const T& upper, const T& b);
/// x with a x = b for a banded a of n rows, by elimination with partial pivoting. Row i of `bands`
/// (n x lower + 1 + upper) holds a(i, i - lower) ... a(i, i + upper): the main diagonal is column `lower`,
/// with so many diagonals before it, and `upper` diagonals after it. What lies outside a is not read, and its
/// derivative is 0. b is (n x k). Time is proportional to n lower (lower + upper), memory to n (lower +
/// upper). NaN if a is singular.
template <Differentiable T>
T solve_banded(const T& bands, Index lower, Index upper, const T& b);
/// a⁻¹. Where it is only multiplied with something, `solve` is faster and more accurate. NaN if a is
/// singular.
template <Differentiable T>
T inverse(const T& a);
/// The same for a symmetric positive definite.
template <Differentiable T>
T inverse(const T& a, PositiveDefinite);

// --- determinants

/// A determinant that neither overflows nor underflows: sign times e to the power log_abs.
template <class T>
struct SignedLog {
  T log_abs;  ///< ln |det a|; -∞ if a is singular
  T sign;     ///< -1, 0 or 1; nothing flows back
};
/// The logarithm of the absolute value of the determinant, and its sign.
template <Differentiable T>
SignedLog<T> log_det(const T& a);
/// The logarithm of the determinant of a symmetric positive definite matrix.
template <Differentiable T>
T log_det(const T& a, PositiveDefinite);
/// The determinant. Its first derivative is right for singular matrices, too.
template <Differentiable T>
T det(const T& a);

// --- factorizations

/// a = q r.
template <class T>
struct Qr {
  T q;  ///< orthonormal columns
  T r;  ///< upper triangular, its diagonal not negative
};
/// The thin QR factorization of a (m x n): q is (m x k) and r (k x n), for k = min(m, n). The derivative is
/// NaN if the first k columns of a are linearly dependent.
template <Differentiable T>
Qr<T> qr(const T& a);

/// a = vectors diag(values) vectorsᵀ.
template <class T>
struct Eigh {
  T values;   ///< (n x 1), ascending
  T vectors;  ///< (n x n), orthonormal columns, the largest entry of each positive
};
/// Eigenvalues and eigenvectors of a symmetric matrix. Eigenvectors of equal eigenvalues have no derivative:
/// it is NaN where it is needed. A function of eigenvalues alone has a first derivative even so, if it treats
/// equal ones alike.
template <Differentiable T>
Eigh<T> eigh(const T& a);

/// a = u diag(values) vᵀ.
template <class T>
struct Svd {
  T u;       ///< (m x k), orthonormal columns
  T values;  ///< (k x 1), descending, not negative
  T v;       ///< (n x k), orthonormal columns, the largest entry of each positive
};
/// The thin singular value decomposition of a (m x n), with k = min(m, n). Singular vectors of equal singular
/// values have no derivative, and neither has anything that belongs to a singular value of 0: it is NaN.
template <Differentiable T>
Svd<T> svd(const T& a);

/// e to the power of a square matrix.
template <Differentiable T>
T expm(const T& a);

// --- parts and products

/// The sum of the diagonal of a square matrix.
template <Differentiable T>
T trace(const T& a);
/// The diagonal as a column, of min(m, n) entries.
template <Differentiable T>
T diagonal(const T& a);
/// The square matrix with this diagonal, which is a row or a column.
template <Differentiable T>
T diagonal_matrix(const T& x);
/// The entries (i, j) with j <= i + offset, 0 elsewhere: the lower triangle with the diagonal.
template <Differentiable T>
T tril(const T& a, Index offset = 0);
/// The entries (i, j) with j >= i + offset, 0 elsewhere: the upper triangle with the diagonal.
template <Differentiable T>
T triu(const T& a, Index offset = 0);
/// (a + aᵀ) / 2
template <Differentiable T>
T symmetric_part(const T& a);
/// The sum of a times b, entry by entry: of matrices of one shape, or of two rows or columns of one length.
template <Differentiable T>
T dot(const T& a, const T& b);
/// a bᵀ for a column a (m) and a column b (n); rows serve as columns.
template <Differentiable T>
T outer(const T& a, const T& b);
/// The Kronecker product of a (m x n) and b (p x q): (m p x n q), block (i, j) is a(i, j) b.
template <Differentiable T>
T kron(const T& a, const T& b);
/// The root of the sum of the squares of all entries, without overflow. The derivative at 0 is taken as 0.
template <Differentiable T>
T norm(const T& x);

ENGRAM_AUTODIFF_END
