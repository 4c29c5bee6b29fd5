#include <engram/autodiff/graph.hpp>
#include <engram/autodiff/scope.hpp>

#include <algorithm>

ENGRAM_AUTODIFF_BEGIN

template <class S>
Graph<S> extract(Tape<S>& tape, std::span<const Variable<S>> inputs, std::span<const Variable<S>> outputs) {
  constexpr auto unknown = ~std::uint32_t{0};
  std::vector<char> needed(tape.size(), 0), given(tape.size(), 0);
  for (std::size_t i = 0; i < inputs.size(); ++i) {
    tape.check(inputs[i], "compile");
    if (given[inputs[i].id()])
      fail("compile",
           "input {} is a variable that stands among the inputs already; record another variable for it, or "
           "pass it once",
           i);
    given[inputs[i].id()] = 1;
  }
  for (const auto& v : outputs) tape.check(v, "compile"), needed[v.id()] = 1;
  const auto nodes = tape.nodes();
  std::vector<char> runs(nodes.size(), 0);
  for (std::size_t n = nodes.size(); n-- > 0;) {
    for (std::uint32_t k = 0; k < nodes[n].output_count; ++k) {
      const auto id = nodes[n].first_output + k;
      if (needed[id] && !given[id]) runs[n] = 1;
    }
    if (runs[n])
      for (const auto id : tape.inputs(nodes[n])) needed[id] = 1;
  }

  Graph<S> graph;
  std::vector<std::uint32_t> slot_of(tape.size(), unknown);
  for (const auto& v : inputs) {
    graph.inputs.push_back(graph.add_slot(v.shape()));
    slot_of[v.id()] = graph.inputs.back();
  }
  for (std::uint32_t id = 0; id < tape.size(); ++id) {
    const auto& slot = tape.slots()[id];
    if (!needed[id] || given[id] || slot.node != Tape<S>::no_node) continue;
    if (!slot.is_constant)
      fail("compile",
           "a result depends on variable {} {}, which is not among the inputs;"
           " pass it as an input, or record it as a constant",
           id, to_string(slot.shape));
    Value<S> copy(slot.shape);
    std::copy_n(slot.data, slot.shape.size(), copy.data());
    slot_of[id] = graph.add_slot(slot.shape, copy);
  }
  for (std::size_t n = 0; n < nodes.size(); ++n) {
    if (!runs[n]) continue;
    typename Graph<S>::Node node{nodes[n].operation, {}, {}, nodes[n].scope};
    for (const auto id : tape.inputs(nodes[n])) node.inputs.push_back(slot_of[id]);
    for (std::uint32_t k = 0; k < nodes[n].output_count; ++k) {
      const auto id = nodes[n].first_output + k;
      node.outputs.push_back(graph.add_slot(tape.slots()[id].shape));
      if (!given[id]) slot_of[id] = node.outputs.back();
    }
    graph.nodes.push_back(std::move(node));
  }
  for (const auto& v : outputs) graph.outputs.push_back(slot_of[v.id()]);
  return graph;
}

template <class S>
std::vector<std::optional<Variable<S>>> replay(const Graph<S>& graph, Tape<S>& tape,
                                               std::span<const Variable<S>> inputs) {
  if (inputs.size() != graph.inputs.size())
    fail("replay", "{} inputs for a graph of {}", inputs.size(), graph.inputs.size());
  for (std::size_t i = 0; i < inputs.size(); ++i)
    if (const Shape shape = graph.slots[graph.inputs[i]].shape; inputs[i].shape() != shape)
      fail("replay", "input {} is {}, but is {} in the graph", i, to_string(inputs[i].shape()),
           to_string(shape));
  std::vector<std::optional<Variable<S>>> variable(graph.slots.size());
  for (std::size_t s = 0; s < graph.slots.size(); ++s)
    if (graph.slots[s].constant) variable[s] = tape.constant(*graph.slots[s].constant);
  for (std::size_t i = 0; i < inputs.size(); ++i) variable[graph.inputs[i]] = inputs[i];
  std::vector<Variable<S>> x;
  std::vector<Shape> shapes;
  for (const auto& node : graph.nodes) {
    x.clear();
    shapes.clear();
    for (const auto s : node.inputs) x.push_back(*variable[s]);
    for (const auto s : node.outputs) shapes.push_back(graph.slots[s].shape);
    const detail::ScopeGuard<S> guard(tape, node.scope ? node.scope : tape.scope());
    const auto first = tape.record(node.operation, x, shapes).id();
    for (std::uint32_t k = 0; k < node.outputs.size(); ++k) variable[node.outputs[k]] = tape.at(first + k);
  }
  return variable;
}

template <class S>
Graph<S> without_dead_code(const Graph<S>& graph) {
  std::vector<char> needed(graph.slots.size(), 0);
  for (const auto s : graph.outputs) needed[s] = 1;
  std::vector<typename Graph<S>::Node> kept;
  for (std::size_t n = graph.nodes.size(); n-- > 0;) {
    auto node = graph.nodes[n];
    std::vector<char> used;
    for (const auto s : node.outputs) used.push_back(needed[s]);
    const auto count = std::count(used.begin(), used.end(), 1);
    if (count == 0) continue;
    if (const auto pruned = node.operation->prune(used)) {
      typename Graph<S>::Node smaller{pruned->operation, {}, {}, node.scope};
      for (const auto i : pruned->inputs) smaller.inputs.push_back(node.inputs[i]);
      for (const auto k : pruned->outputs) smaller.outputs.push_back(node.outputs[k]);
      node = std::move(smaller);
    }
    for (const auto s : node.inputs) needed[s] = 1;
    kept.push_back(std::move(node));
  }
  Graph<S> result = graph;
  result.nodes.assign(std::make_move_iterator(kept.rbegin()), std::make_move_iterator(kept.rend()));
  for (std::size_t s = 0; s < result.slots.size(); ++s)
    if (!needed[s]) result.slots[s].constant.reset();
  return result;
}

template <class S>
double flops(const Graph<S>& graph) {
  const auto shapes = [&](const auto& slots) {
    std::vector<Shape> result;
    for (const auto s : slots) result.push_back(graph.slots[s].shape);
    return result;
  };
  double total = 0;
  for (const auto& node : graph.nodes)
    total += node.operation->flops(shapes(node.outputs), shapes(node.inputs));
  return total;
}

template <class S>
std::string to_text(const Graph<S>& graph) {
  std::string text;
  const auto list = [&](const auto& slots) {
    std::string names;
    for (const auto s : slots)
      names += fmt::format("{}%{} {}", names.empty() ? "" : ", ", s, to_string(graph.slots[s].shape));
    return names;
  };
  text += fmt::format("inputs {}\n", list(graph.inputs));
  for (const auto& node : graph.nodes) {
    const std::string note = node.operation->note();
    text += fmt::format("{} = {}{}{}{} {}{}{}\n", list(node.outputs), node.operation->name(),
                        note.empty() ? "" : " [", note, note.empty() ? "" : "]", list(node.inputs),
                        node.scope ? "  # " : "", node.scope ? node.scope->path : "");
  }
  return text + fmt::format("outputs {}\n", list(graph.outputs));
}

namespace {

/// For a text in double quotes.
std::string escaped(std::string_view text) {
  std::string result;
  for (const char c : text) {
    if (c == '"' || c == '\\') result += '\\';
    result += c;
  }
  return result;
}

}  // namespace

template <class S>
std::string to_dot(const Graph<S>& graph) {
  std::string text = "digraph {\n  node [shape=box, fontname=\"sans-serif\"];\n";
  for (std::size_t s = 0; s < graph.slots.size(); ++s)
    if (graph.slots[s].constant)
      text +=
          fmt::format("  s{} [label=\"constant {}\", shape=plain];\n", s, to_string(graph.slots[s].shape));
  for (std::size_t i = 0; i < graph.inputs.size(); ++i)
    text += fmt::format("  s{} [label=\"input {} {}\", shape=ellipse];\n", graph.inputs[i], i,
                        to_string(graph.slots[graph.inputs[i]].shape));
  std::vector<std::size_t> producer(graph.slots.size(), graph.nodes.size());
  for (std::size_t n = 0; n < graph.nodes.size(); ++n) {
    for (const auto s : graph.nodes[n].outputs) producer[s] = n;
    const ScopePtr& scope = graph.nodes[n].scope;
    text += fmt::format("  n{} [label=\"{}{}{}\"];\n", n, graph.nodes[n].operation->name(),
                        scope ? "\\n" : "", scope ? escaped(scope->path) : "");
  }
  const auto source = [&](std::uint32_t s) {
    return producer[s] < graph.nodes.size() ? fmt::format("n{}", producer[s]) : fmt::format("s{}", s);
  };
  for (std::size_t n = 0; n < graph.nodes.size(); ++n)
    for (const auto s : graph.nodes[n].inputs)
      text += fmt::format("  {} -> n{} [label=\"{}\"];\n", source(s), n, to_string(graph.slots[s].shape));
  for (std::size_t k = 0; k < graph.outputs.size(); ++k)
    text += fmt::format("  o{} [label=\"output {}\", shape=ellipse];\n  {} -> o{};\n", k, k,
                        source(graph.outputs[k]), k);
  return text + "}\n";
}

#define ENGRAM_INSTANTIATE(S)                                                                      \
  template Graph<S> extract(Tape<S>&, std::span<const Variable<S>>, std::span<const Variable<S>>); \
  template std::vector<std::optional<Variable<S>>> replay(const Graph<S>&, Tape<S>&,               \
                                                          std::span<const Variable<S>>);           \
  template Graph<S> without_dead_code(const Graph<S>&);                                            \
  template double flops(const Graph<S>&);                                                          \
  template std::string to_text(const Graph<S>&);                                                   \
  template std::string to_dot(const Graph<S>&);
ENGRAM_INSTANTIATE(float)
ENGRAM_INSTANTIATE(double)

ENGRAM_AUTODIFF_END
