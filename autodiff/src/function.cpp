#include <engram/autodiff/function.hpp>

#include "addresses.hpp"
#include "passes/passes.hpp"
#include "plan.hpp"
#include "shapes_of_slots.hpp"

#include <algorithm>

ENGRAM_AUTODIFF_BEGIN

template <class Scalar>
struct Function<Scalar>::Compiled {
  Graph<Scalar> graph, program;
  Plan<Scalar> plan;
  std::vector<Shape> input_shapes, output_shapes;

  explicit Compiled(const Graph<Scalar>& traced)
      : graph(without_dead_code(simplify(without_dead_code(traced)))),
        program(attach_addends(join_products(join_sums(join_small(split_sums(join_pads(graph))))))),
        plan(program),
        input_shapes(shapes_of_slots<Scalar>(graph, graph.inputs)),
        output_shapes(shapes_of_slots<Scalar>(graph, graph.outputs)) {}
};

template <class Scalar>
Function<Scalar>::Function(const Graph<Scalar>& graph) : compiled_(std::make_shared<const Compiled>(graph)) {}

template <class Scalar>
std::span<const Shape> Function<Scalar>::input_shapes() const {
  return compiled_->input_shapes;
}
template <class Scalar>
std::span<const Shape> Function<Scalar>::output_shapes() const {
  return compiled_->output_shapes;
}
template <class Scalar>
const Graph<Scalar>& Function<Scalar>::graph() const {
  return compiled_->graph;
}
template <class Scalar>
const Graph<Scalar>& Function<Scalar>::program() const {
  return compiled_->program;
}

template <class Scalar>
typename Function<Scalar>::Workspace Function<Scalar>::workspace() const {
  using Home = typename Plan<Scalar>::Home;
  const Graph<Scalar>& program = compiled_->program;
  const Plan<Scalar>& plan = compiled_->plan;
  Workspace w;
  w.compiled_ = compiled_;
  auto* buffer =
      static_cast<Scalar*>(w.arena_.allocate(static_cast<std::size_t>(plan.buffer_size) * sizeof(Scalar)));

  // Addresses known now: buffers, constants and their parts. Those in inputs and outputs stay null until a
  // run.
  std::vector<Scalar*> address(program.slots.size(), nullptr);
  for (std::size_t s = 0; s < address.size(); ++s) {
    if (plan.places[s].home == Home::buffer) address[s] = buffer + plan.places[s].offset;
    if (program.slots[s].constant) address[s] = const_cast<Scalar*>(program.slots[s].constant->data());
  }
  for (const auto& node : program.nodes)
    for (std::size_t k = 0; k < node.outputs.size(); ++k)
      if (const auto offset = part_of(program, node, k);
          offset && plan.places[node.outputs[k]].home == Home::constant)
        address[node.outputs[k]] = address[node.inputs[0]] + *offset;

  using External = typename Workspace::External;
  const auto add = [&](auto& views, std::uint32_t s, std::vector<External>* inputs,
                       std::vector<External>& outputs) {
    const auto& place = plan.places[s];
    const External external{static_cast<std::uint32_t>(views.size()), place.index, place.offset};
    if (place.home == Home::input) inputs->push_back(external);
    if (place.home == Home::output) outputs.push_back(external);
    views.push_back({address[s], program.slots[s].shape});
  };
  for (const auto& node : program.nodes) {
    if (part_of(program, node, 0)) continue;  // needs no work
    const auto x = static_cast<std::uint32_t>(w.x_.size()), y = static_cast<std::uint32_t>(w.y_.size());
    w.states_.push_back(node.operation->make_state());
    w.steps_.push_back({node.operation.get(), w.states_.back().get(), x,
                        static_cast<std::uint32_t>(node.inputs.size()), y,
                        static_cast<std::uint32_t>(node.outputs.size())});
    for (const auto s : node.inputs) add(w.x_, s, &w.x_from_inputs_, w.x_from_outputs_);
    for (const auto s : node.outputs) add(w.y_, s, nullptr, w.y_to_outputs_);
  }
  for (const auto& [s, output] : plan.copies)
    add(w.copied_, s, &w.copied_from_inputs_, w.copied_from_outputs_);
  return w;
}

template <class Scalar>
void Function<Scalar>::run(Workspace& w, std::span<const Scalar* const> inputs,
                           std::span<Scalar* const> outputs) const {
  if (w.compiled_ != compiled_)
    fail("function", "the workspace {}; use one that this function's workspace() returned",
         w.compiled_ ? "is another function's" : "was moved from");
  const auto& c = *compiled_;
  if (inputs.size() != c.input_shapes.size() || outputs.size() != c.output_shapes.size())
    fail("function", "{} inputs and {} outputs for a function from {} to {}", inputs.size(), outputs.size(),
         c.input_shapes.size(), c.output_shapes.size());
  for (const auto& e : w.x_from_inputs_) w.x_[e.view].data = inputs[e.index] + e.offset;
  for (const auto& e : w.x_from_outputs_) w.x_[e.view].data = outputs[e.index] + e.offset;
  for (const auto& e : w.y_to_outputs_) w.y_[e.view].data = outputs[e.index] + e.offset;
  for (const auto& e : w.copied_from_inputs_) w.copied_[e.view].data = inputs[e.index] + e.offset;
  for (const auto& e : w.copied_from_outputs_) w.copied_[e.view].data = outputs[e.index] + e.offset;
  const std::span<const ConstView<Scalar>> x(w.x_);
  const std::span<const View<Scalar>> y(w.y_);
  for (const auto& step : w.steps_)
    step.operation->forward(y.subspan(step.y, step.y_count), x.subspan(step.x, step.x_count), step.state);
  for (std::size_t i = 0; i < w.copied_.size(); ++i)
    std::copy_n(w.copied_[i].data, w.copied_[i].shape.size(), outputs[c.plan.copies[i].second]);
}

template <class Scalar>
std::vector<Value<Scalar>> Function<Scalar>::operator()(std::span<const Value<Scalar>> inputs) const {
  const std::vector<const Scalar*> in = addresses_of(*this, inputs);
  std::vector<Value<Scalar>> results;
  std::vector<Scalar*> out;
  for (const Shape shape : output_shapes()) out.push_back(results.emplace_back(shape).data());
  auto w = workspace();
  run(w, in, out);
  return results;
}

template <class Scalar>
std::string Function<Scalar>::describe() const {
  std::size_t constants = 0;
  for (const auto& slot : program().slots)
    if (slot.constant) constants += static_cast<std::size_t>(slot.shape.size()) * sizeof(Scalar);
  return fmt::format("{} operations, {} flops, {} bytes of buffers, {} bytes of constants\n",
                     program().nodes.size(), flops(program()),
                     static_cast<std::size_t>(compiled_->plan.buffer_size) * sizeof(Scalar), constants) +
         to_text(program());
}

template class Function<float>;
template class Function<double>;

ENGRAM_AUTODIFF_END
