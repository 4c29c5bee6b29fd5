/// Loops as operations: `scan` records a whole loop as one op whose derivative is a loop again, run
/// backwards.
///
///     auto [carry, results] = ad::scan(body, carry, sequences, constants, steps);
///
/// `body(carry, x, constants)` is called once, with variables, and returns the next carry and the step's
/// results:
///
///     [](auto carry, auto x, auto constants) { return ad::StepResult<V>{next_carry, results}; }
///
/// where all three arguments are spans and both members vectors. A sequence is one matrix in which the steps'
/// matrices lie below each other: step t of (steps * m x n) is rows t m to (t + 1) m. The results of all
/// steps come back the same way. In a stack each matrix is a sequence of its own, and the body sees a stack
/// of their steps; a carry that is one matrix before such a step, and a stack after it, is repeated before
/// the first step. The body must get all that it needs as arguments: it cannot use variables from outside. A
/// loop of 0 steps gives its carries back, and results of 0 rows; its body is still called, with sequences of
/// 0 rows, to learn the results' shapes.
#pragma once

#include <engram/autodiff/function.hpp>
#include <engram/autodiff/ops.hpp>
#include <engram/autodiff/tree.hpp>

#include <algorithm>
#include <optional>
#include <span>
#include <utility>
#include <vector>

ENGRAM_AUTODIFF_BEGIN

/// What a loop keeps for its derivative. No choice changes a bit of the first derivative.
class Keep {
 public:
  /// Everything while that is under 12 MiB for the whole loop; up to 256 MiB if many operations made each
  /// number; else carries.
  static const Keep automatic;
  static const Keep everything;  ///< all values that the derivative needs: nothing is computed twice
  /// The carry before every step; the inside of the step is computed again. Memory grows by one carry per
  /// step.
  static const Keep carries;
  /// At most so many carries at a time, the first one included, for any number of steps. The others are
  /// computed again from these, in as few steps as possible (the binomial schedule of Griewank & Walther
  /// 2000, ACM TOMS algorithm 799). If no step runs more than r times again, s snapshots serve a loop of
  /// (s + r)! / (s! r!) steps: 10 snapshots serve 1001 steps with r = 4. Higher derivatives keep all
  /// carries.
  static constexpr Keep binomial(Index snapshots) {
    if (snapshots < 1)
      fail("scan", "a binomial loop keeps at least 1 snapshot of its carry, not {}", snapshots);
    return Keep(Policy::binomial, snapshots);
  }

  /// How many carries a binomial loop keeps; else 0.
  constexpr Index snapshots() const { return snapshots_; }
  bool operator==(const Keep&) const = default;

 private:
  enum class Policy { automatic, everything, carries, binomial };
  constexpr explicit Keep(Policy policy, Index snapshots = 0) : policy_(policy), snapshots_(snapshots) {}

  Policy policy_;
  Index snapshots_;
};
inline constexpr Keep Keep::automatic{Policy::automatic};
inline constexpr Keep Keep::everything{Policy::everything};
inline constexpr Keep Keep::carries{Policy::carries};

/// How a loop runs: `scan(body, carry, sequences, constants, steps, {.reverse = true})`.
struct ScanOptions {
  Keep keep = Keep::automatic;
  /// From the last step to the first. Sequences and results keep their order: step t reads and writes the
  /// t-th of them.
  bool reverse = false;
};

/// What a step of a loop returns, and the whole loop: the last carry, and all steps' results.
template <class T>
struct StepResult {
  std::vector<T> carry;
  std::vector<T> results;
};

/// A loop's inputs by their roles, or one thing for each of them.
template <class T>
struct LoopInputs {
  std::span<T> carries, sequences, constants;
};

/// One step of a loop as a graph, and how often it runs.
template <class Scalar>
struct Loop {
  Graph<Scalar> body;  ///< inputs: carries, sequences, constants; outputs: next carries, results
  std::size_t carries = 0, sequences = 0, constants = 0;
  /// How many of the carries, the last ones, are sums: the body does nothing with them but add to them. They
  /// are summed pairwise, by blocks of steps.
  std::size_t sums = 0;
  Index steps = 0;
  bool reverse = false;  ///< from the last step to the first
  Keep keep = Keep::automatic;
  /// What is kept for the derivative: slots of the body, and which outputs hold their values. Absent where
  /// nothing is kept: the derivative then runs the loop once more to get the values. Empty in binomial
  /// loops.
  std::optional<std::vector<std::pair<std::uint32_t, std::size_t>>> kept;
  /// Further kept slots, of few numbers each, which one output, the last one, holds below each other: each
  /// output costs a step something.
  std::vector<std::uint32_t> packed;

  /// Splits a list that has one element for each input, in their order.
  template <class T>
  LoopInputs<T> by_role(std::span<T> all) const {
    return {all.first(carries), all.subspan(carries, sequences), all.last(constants)};
  }
};

/// Adds to the body's results what the derivative will read. If the body cannot be differentiated, that is
/// the carries: the error is thrown when somebody differentiates the loop.
template <class S>
Loop<S> with_kept_values(Loop<S> loop, bool packs = true);

/// Records a loop. The results include the kept values, at the end.
template <class T>
std::vector<T> run_loop(const Loop<typename T::Scalar>& loop, std::span<const T> inputs);

/// The loop that an operation recorded by scan runs; null if it is another operation.
template <class S>
const Loop<S>* loop_of(const Operation<S>& operation);

namespace detail {
template <class T>
std::vector<T> step_of(std::span<const T> sequences, Index t, Index steps) {
  std::vector<T> x;
  for (const T& s : sequences) x.push_back(slice_rows(s, t * (s.rows() / steps), s.rows() / steps));
  return x;
}
/// One step, of a body that can be called as told above.
template <class T, class Body>
StepResult<T> call_body(Body& body, std::span<const T> carry, std::span<const T> x, std::span<const T> k) {
  constexpr bool fits =
      std::is_invocable_v<Body&, std::span<const T>, std::span<const T>, std::span<const T>>;
  static_assert(fits,
                "the body of a loop takes three spans (carry, x, constants): write auto, or "
                "std::span<const V>, in place of std::vector<V>");
  if constexpr (fits)
    return body(carry, x, k);
  else
    return {};
}
void require_steps(Index steps);
void require_steps(Shape sequence, Index steps);
/// Carries keep their shape, but a matrix may become a stack of matrices.
template <class T>
void require_same_carries(std::span<const T> before, std::span<const T> after) {
  if (before.size() != after.size())
    fail("scan", "the body got {} carries and returned {}", before.size(), after.size());
  for (std::size_t i = 0; i < before.size(); ++i) {
    const Shape from = before[i].shape(), to = after[i].shape();
    if (from != to && (from.stack != 1 || from != to.matrix()))
      fail("scan", "carry {} is {} before the step and {} after it", i, to_string(from), to_string(to));
  }
}
/// A stack of sequences of `steps` steps as a sequence of stacks, which are one step of each.
template <class T>
T by_steps(const T& x, Index steps);
/// The other way round: a sequence of stacks of that many matrices as a stack of sequences.
template <class T>
T by_matrices(const T& x, Index steps, Index stack);
/// Repeats the carries that are one matrix before the body and a stack after it; tells whether there are any.
template <class S>
bool repeat_carries(const Graph<S>& body, std::span<Variable<S>> carries) {
  bool any = false;
  for (std::size_t i = 0; i < std::min(carries.size(), body.outputs.size()); ++i) {
    const Index stack = body.slots[body.outputs[i]].shape.stack;
    if (carries[i].stack() != 1 || stack == 1) continue;
    carries[i] = repeat_stack(carries[i], stack);
    any = true;
  }
  return any;
}
}  // namespace detail

/// Records a loop of `steps` steps, as told above.
template <class S, class Body>
StepResult<Variable<S>> scan(Body&& body, const std::vector<Variable<S>>& carry,
                             const std::vector<Variable<S>>& sequences,
                             const std::vector<Variable<S>>& constants, Index steps, ScanOptions options) {
  using T = Variable<S>;
  detail::require_steps(steps);
  Loop<S> loop;
  loop.carries = carry.size();
  loop.sequences = sequences.size();
  loop.constants = constants.size();
  loop.steps = steps;
  loop.keep = options.keep;
  loop.reverse = options.reverse;
  std::vector<T> inputs = carry;
  for (const T& s : sequences) {
    detail::require_steps(s.shape(), steps);
    inputs.push_back(detail::by_steps(s, steps));
  }
  inputs.insert(inputs.end(), constants.begin(), constants.end());
  const auto traced = [&] {
    std::vector<Shape> shapes = detail::shapes_of<T>(inputs);
    for (std::size_t i = 0; const T& s : sequences)
      shapes[carry.size() + i++] = {steps ? s.rows() / steps : 0, s.columns(), s.stack()};
    return trace<S>(
        [&](std::span<const T> all) {
          const auto in = loop.by_role(all);
          auto [next, ys] = detail::call_body<T>(body, in.carries, in.sequences, in.constants);
          detail::require_same_carries<T>(in.carries, next);
          next.insert(next.end(), ys.begin(), ys.end());
          return next;
        },
        std::span<const Shape>(shapes));
  };
  do loop.body = traced();
  while (detail::repeat_carries(loop.body, std::span(inputs).first(carry.size())));
  const std::vector<std::uint32_t> outputs = loop.body.outputs;  // without what is kept
  loop = with_kept_values(std::move(loop));
  const std::vector<T> y = run_loop<T>(loop, inputs);
  StepResult<T> all{{y.begin(), y.begin() + static_cast<std::ptrdiff_t>(carry.size())}, {}};
  for (std::size_t k = carry.size(); k < outputs.size(); ++k)
    all.results.push_back(detail::by_matrices(y[k], steps, loop.body.slots[outputs[k]].shape.stack));
  return all;
}

/// On plain values a loop just runs.
template <class S, class Body>
StepResult<Value<S>> scan(Body&& body, std::vector<Value<S>> carry, const std::vector<Value<S>>& sequences,
                          const std::vector<Value<S>>& constants, Index steps, ScanOptions options) {
  using T = Value<S>;
  detail::require_steps(steps);
  for (const T& v : sequences) detail::require_steps(v.shape(), steps);
  const auto step = [&](const std::vector<T>& x) {
    auto y = detail::call_body<T>(body, carry, x, constants);
    detail::require_same_carries<T>(carry, y.carry);
    return y;
  };
  StepResult<T> all;
  if (steps == 0)
    for (const T& y : step(sequences).results) all.results.push_back(slice_rows(y, 0, 0));
  std::vector<std::vector<T>> results;
  for (Index n = 0; n < steps; ++n) {
    auto [next, ys] = step(detail::step_of<T>(sequences, options.reverse ? steps - 1 - n : n, steps));
    carry = std::move(next);
    results.resize(ys.size());
    for (std::size_t k = 0; k < ys.size(); ++k) results[k].push_back(ys[k]);
  }
  for (auto& parts : results) {
    if (options.reverse) std::reverse(parts.begin(), parts.end());
    all.results.push_back(concatenate(parts, 0));
  }
  all.carry = std::move(carry);
  return all;
}

/// The same, from the first step to the last.
template <class S, class Body>
StepResult<Variable<S>> scan(Body&& body, const std::vector<Variable<S>>& carry,
                             const std::vector<Variable<S>>& sequences,
                             const std::vector<Variable<S>>& constants, Index steps,
                             Keep keep = Keep::automatic) {
  return scan<S>(std::forward<Body>(body), carry, sequences, constants, steps, ScanOptions{keep});
}
/// The same of values.
template <class S, class Body>
StepResult<Value<S>> scan(Body&& body, const std::vector<Value<S>>& carry,
                          const std::vector<Value<S>>& sequences, const std::vector<Value<S>>& constants,
                          Index steps, Keep keep = Keep::automatic) {
  return scan<S>(std::forward<Body>(body), carry, sequences, constants, steps, ScanOptions{keep});
}

/// With the carries in braces, of variables or values: `scan(body, {x}, {}, {}, 3)`.
template <class Body, Differentiable T>
StepResult<T> scan(Body&& body, std::initializer_list<T> carry,
                   const std::vector<std::type_identity_t<T>>& sequences,
                   const std::vector<std::type_identity_t<T>>& constants, Index steps,
                   Keep keep = Keep::automatic) {
  return scan<typename T::Scalar>(body, std::vector<T>(carry), sequences, constants, steps, keep);
}

/// A loop with a tree (tree.hpp) as carry. Sequences and constants are trees, vectors or single variables,
/// and the body gets them so, in one step's shapes. It returns the pair of the next carry and the step's
/// results, which have any form; the loop returns the pair of the last carry and all steps' results.
template <class Body, detail::Structure Carry, class Sequences = std::vector<detail::LeafOf<Carry>>,
          class Constants = std::vector<detail::LeafOf<Carry>>>
requires(!std::is_same_v<Carry, std::vector<detail::LeafOf<Carry>>>) auto scan(
    Body&& body, const Carry& carry, const Sequences& sequences, const Constants& constants, Index steps,
    Keep keep = Keep::automatic) {
  using T = detail::LeafOf<Carry>;
  using Results = std::decay_t<decltype(body(carry, sequences, constants).second)>;
  std::optional<Results> form;
  const auto list = [](std::span<const T> x) { return std::vector<T>(x.begin(), x.end()); };
  const auto flat = [&](std::span<const T> c, std::span<const T> x, std::span<const T> k) {
    auto [next, results] = body(detail::in_form_of(carry, list(c)), detail::in_form_of(sequences, list(x)),
                                detail::in_form_of(constants, list(k)));
    StepResult<T> step{detail::leaves_of(next), detail::leaves_of(results)};
    form = std::move(results);
    return step;
  };
  const StepResult<T> all =
      scan<typename T::Scalar>(flat, detail::leaves_of(carry), detail::leaves_of(sequences),
                               detail::leaves_of(constants), steps, keep);
  return std::pair(detail::in_form_of(carry, all.carry), detail::in_form_of(*form, all.results));
}

/// f(inputs) as one op that keeps its inputs only: its inside is computed again when it is differentiated.
template <Differentiable T, class F>
std::vector<T> checkpoint(F&& f, const std::vector<T>& inputs) {
  return scan(
             [&](std::span<const T>, std::span<const T>, std::span<const T> x) {
               return StepResult<T>{{}, f(x)};
             },
             std::vector<T>{}, std::vector<T>{}, inputs, 1, Keep::carries)
      .results;
}

ENGRAM_AUTODIFF_END
