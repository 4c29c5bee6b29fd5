#include <engram/autodiff/custom_vjp.hpp>
#include <engram/autodiff/ops.hpp>

#include "evaluate.hpp"
#include "lazy_function.hpp"
#include "shapes_of_slots.hpp"

ENGRAM_AUTODIFF_BEGIN
namespace {

/// The number and the shapes of what a rule returned.
void require_cotangents(std::span<const Shape> cotangents, std::span<const Shape> inputs) {
  if (cotangents.size() != inputs.size())
    fail("custom_vjp", "the rule returned {} cotangents; it must return one for each of {} inputs",
         cotangents.size(), inputs.size());
  for (std::size_t i = 0; i < inputs.size(); ++i)
    if (cotangents[i] != inputs[i])
      fail("custom_vjp", "the rule's cotangent of input {} is {}; it must have the input's shape {}", i,
           to_string(cotangents[i]), to_string(inputs[i]));
}

template <class S>
struct CustomVjpState final : OperationState {
  explicit CustomVjpState(const Function<S>& f) : room(f) {}
  Room<S> room;
};

template <class S>
class CustomVjp : public Variadic {
 public:
  static constexpr auto name = "custom_vjp";
  static constexpr bool sees_stacks = true;

  CustomVjp(Graph<S> function, detail::VjpRule<S> rule)
      : shared_(std::make_shared<const Shared>(std::move(function), std::move(rule))) {}
  bool operator==(const CustomVjp& o) const { return shared_ == o.shared_; }

  std::string note() const { return fmt::format("{} operations", shared_->function.nodes.size()); }

  std::unique_ptr<OperationState> make_state() const {
    return std::make_unique<CustomVjpState<S>>(shared_->compiled.get());
  }

  void forward(std::span<const View<S>> y, std::span<const ConstView<S>> x, OperationState* any_state) const {
    auto& room = static_cast<CustomVjpState<S>&>(*any_state).room;
    for (std::size_t i = 0; i < x.size(); ++i) room.in[i] = x[i].data;
    for (std::size_t k = 0; k < y.size(); ++k) room.out[k] = y[k].data;
    shared_->compiled.get().run(room.workspace, room.in, room.out);
  }

  template <class T>
  void pull_back(Pullback<T>& p) const {
    std::vector<T> arguments;
    for (std::size_t k = 0; k < p.y.size(); ++k) arguments.push_back(detail::bar_of(p, k));
    arguments.insert(arguments.end(), p.y.begin(), p.y.end());
    arguments.insert(arguments.end(), p.x.begin(), p.x.end());
    const Graph<S>& all = shared_->traced_rule();
    Graph<S> rule = all;
    rule.outputs.clear();
    for (std::size_t i = 0; i < p.x.size(); ++i)
      if (p.wanted[i]) rule.outputs.push_back(all.outputs[i]);
    hand_out(evaluate<S>(without_dead_code(rule), std::span<const T>(arguments)), p);
  }

 private:
  struct Shared {
    Shared(Graph<S> f, detail::VjpRule<S> r)
        : function(std::move(f)), compiled(function), rule_(std::move(r)) {}

    const Graph<S> function;
    const LazyFunction<S> compiled;

    /// From cotangents of the results, results and inputs to cotangents of the inputs: traced when it is
    /// first asked for, because it may record this very function again.
    const Graph<S>& traced_rule() const {
      std::call_once(traced_, [this] { graph_ = trace_rule(); });
      return graph_;
    }

   private:
    Graph<S> trace_rule() const {
      const std::vector<Shape> results = shapes_of_slots<S>(function, function.outputs),
                               inputs = shapes_of_slots<S>(function, function.inputs);
      std::vector<Shape> arguments = results;
      arguments.insert(arguments.end(), results.begin(), results.end());
      arguments.insert(arguments.end(), inputs.begin(), inputs.end());
      return trace<S>(
          [&](std::span<const Variable<S>> in) {
            const std::size_t n = results.size();
            auto x_bar = rule_(in.first(n), in.subspan(n, n), in.subspan(2 * n));
            for (std::size_t i = 0; i < std::min(x_bar.size(), inputs.size()); ++i)
              x_bar[i] = fit_stack(x_bar[i], inputs[i].stack);
            require_cotangents(detail::shapes_of<Variable<S>>(x_bar), inputs);
            return x_bar;
          },
          std::span<const Shape>(arguments));
    }

    detail::VjpRule<S> rule_;
    mutable std::once_flag traced_;
    mutable Graph<S> graph_;
  };
  std::shared_ptr<const Shared> shared_;
};

}  // namespace

template <class S>
std::vector<Variable<S>> detail::record_custom_vjp(Graph<S> function, VjpRule<S> rule,
                                                   std::span<const Variable<S>> inputs) {
  const std::vector<Shape> results = shapes_of_slots<S>(function, function.outputs);
  const auto operation = make_operation<S>(CustomVjp<S>(std::move(function), std::move(rule)));
  return apply_all<S>(operation, inputs, std::span<const Shape>(results));
}

template std::vector<Variable<float>> detail::record_custom_vjp(Graph<float>, VjpRule<float>,
                                                                std::span<const Variable<float>>);
template std::vector<Variable<double>> detail::record_custom_vjp(Graph<double>, VjpRule<double>,
                                                                 std::span<const Variable<double>>);

ENGRAM_AUTODIFF_END
