/// Compiled functions: a recorded region, gradients included, frozen and ready to run thousands of times.
///
///     auto f = ad::compile<float>([](const auto& x) { ... return results; }, shapes);
///     auto y = f(values);                                  // convenient: makes a workspace and results
///     auto w = f.workspace();  f.run(w, inputs, outputs);  // allocates nothing
///
/// Compiling removes dead code and repeated expressions, computes constants, and lays all intermediate values
/// back to back in one block of memory by when they are needed. A Function is immutable: any number of
/// threads may run it at once, each with its own workspace.
#pragma once

#include <engram/autodiff/graph.hpp>

#include <memory>
#include <span>
#include <string>
#include <vector>

ENGRAM_AUTODIFF_BEGIN

/// A compiled function of matrices of fixed shapes. Copies share all they have.
template <class Scalar>
class Function {
 public:
  class Workspace;

  /// Compiles a graph.
  explicit Function(const Graph<Scalar>& graph);
  // Moving copies, so that no function is left without a program.
  Function(const Function&) = default;
  Function& operator=(const Function&) = default;

  /// Buffers for one thread.
  Workspace workspace() const;
  /// Runs on memory of the caller: `inputs[i]` holds `input_shapes()[i]` values, row by row, and so for
  /// outputs. No output may overlap an input. The workspace must be of this function, or of a copy of it.
  /// Allocates nothing.
  void run(Workspace& workspace, std::span<const Scalar* const> inputs,
           std::span<Scalar* const> outputs) const;
  /// The same with the addresses in braces: `f.run(w, {x}, {y})`.
  void run(Workspace& workspace, std::initializer_list<const Scalar*> inputs,
           std::initializer_list<Scalar*> outputs) const {
    run(workspace, std::span(inputs.begin(), inputs.size()), std::span(outputs.begin(), outputs.size()));
  }

  /// Runs on these values, in a workspace of its own.
  std::vector<Value<Scalar>> operator()(std::span<const Value<Scalar>> inputs) const;
  std::vector<Value<Scalar>> operator()(std::initializer_list<Value<Scalar>> inputs) const {
    return (*this)(std::span(inputs.begin(), inputs.size()));
  }
  /// Runs on Eigen arrays.
  std::vector<Value<Scalar>> operator()(const std::vector<Array<Scalar>>& inputs) const {
    return (*this)(std::vector<Value<Scalar>>(inputs.begin(), inputs.end()));
  }

  std::span<const Shape> input_shapes() const;
  std::span<const Shape> output_shapes() const;
  /// What is computed: the traced operations, simplified.
  const Graph<Scalar>& graph() const;
  /// What runs: the same with operations joined and replaced by faster ones, which compiled functions alone
  /// have.
  const Graph<Scalar>& program() const;
  /// The plan in words: operations, flops, memory, and each operation in turn.
  std::string describe() const;

 private:
  struct Compiled;
  std::shared_ptr<const Compiled> compiled_;
};

/// The buffers of a run, and the addresses in them. It keeps what its function has compiled.
template <class Scalar>
class Function<Scalar>::Workspace {
 public:
  Workspace(Workspace&&) noexcept = default;
  Workspace& operator=(Workspace&&) noexcept = default;

 private:
  friend class Function;
  Workspace() = default;
  struct Step {
    const Operation<Scalar>* operation;
    OperationState* state;
    std::uint32_t x, x_count, y, y_count;
  };
  struct External {  // an address that every run sets anew
    std::uint32_t view, index;
    Index offset;
  };
  std::shared_ptr<const Compiled> compiled_;  // null when it was moved from
  Arena arena_;
  std::vector<std::unique_ptr<OperationState>> states_;
  std::vector<Step> steps_;
  std::vector<ConstView<Scalar>> x_;
  std::vector<View<Scalar>> y_;
  std::vector<External> x_from_inputs_, x_from_outputs_, y_to_outputs_;
  std::vector<ConstView<Scalar>> copied_;  // the plan's copies, in their order
  std::vector<External> copied_from_inputs_, copied_from_outputs_;
};

/// Traces `function` on inputs of these shapes, and compiles it. It takes its inputs as a list or one by one,
/// and returns a list of variables or a single one.
template <class S, class F>
Function<S> compile(F&& function, const std::vector<Shape>& inputs) {
  return Function<S>(trace<S>(std::forward<F>(function), std::span<const Shape>(inputs)));
}
/// Compiles what was recorded between these variables.
template <class S>
Function<S> compile(Tape<S>& tape, const std::vector<Variable<S>>& inputs,
                    const std::vector<Variable<S>>& outputs) {
  return Function<S>(extract<S>(tape, inputs, outputs));
}

extern template class Function<float>;
extern template class Function<double>;

ENGRAM_AUTODIFF_END
