#include "dependencies.hpp"

#include <cmath>
#include <limits>

ENGRAM_PLASTICITY_BEGIN
namespace {

using autodiff::Array;
using autodiff::ConstView;
using autodiff::Shape;
using autodiff::View;

}  // namespace

std::vector<Dependencies::Sources>& Dependencies::entries(std::uint32_t slot) {
  auto& all = entries_[slot];
  if (all.empty()) all.resize(static_cast<std::size_t>(tape_.slots()[slot].shape.size()));
  return all;
}

void Dependencies::declare(const Variable<double>& v, const std::function<int(Index, Index)>& source) {
  auto& all = entries(v.id());
  for (Index r = 0; r < v.rows(); ++r)
    for (Index c = 0; c < v.columns(); ++c)
      all[static_cast<std::size_t>(r * v.columns() + c)] = {source(r, c)};
}

void Dependencies::follow() {
  for (const auto& node : tape_.nodes()) follow(node);
}

void Dependencies::follow(const Tape<double>::Node& node) {
  const auto inputs = tape_.inputs(node);
  const auto& operation = *node.operation;
  const auto slots = tape_.slots();
  const auto add = [&](std::uint32_t to, std::size_t at, std::uint32_t from, std::size_t entry) {
    const auto& sources = entries(from)[entry];
    entries(to)[at].insert(sources.begin(), sources.end());
  };
  const auto each_output = [&](const auto& f) {
    for (std::uint32_t k = 0; k < node.output_count; ++k) f(node.first_output + k);
  };

  if (operation.elementwise()) {
    each_output([&](std::uint32_t y) {
      const Shape shape = slots[y].shape;
      for (Index r = 0; r < shape.rows; ++r)
        for (Index c = 0; c < shape.columns; ++c)
          for (const std::uint32_t x : inputs) {
            const Shape s = slots[x].shape;
            const Index from = (s.rows == 1 ? 0 : r) * s.columns + (s.columns == 1 ? 0 : c);
            add(y, static_cast<std::size_t>(r * shape.columns + c), x, static_cast<std::size_t>(from));
          }
    });
    return;
  }

  // Put a NaN into one entry after another, and see where it comes out.
  std::vector<Array<double>> x, y;
  for (const std::uint32_t slot : inputs) {
    const Shape s = slots[slot].shape;
    x.push_back(Array<double>::Ones(s.rows, s.columns));
  }
  each_output([&](std::uint32_t slot) { y.emplace_back(slots[slot].shape.rows, slots[slot].shape.columns); });
  std::vector<ConstView<double>> in;
  std::vector<View<double>> out;
  for (const auto& a : x) in.push_back({a.data(), {a.rows(), a.cols()}});
  for (auto& a : y) out.push_back({a.data(), {a.rows(), a.cols()}});
  const auto state = operation.make_state();
  for (std::size_t k = 0; k < inputs.size(); ++k)
    for (Index e = 0; e < x[k].size(); ++e) {
      if (entries(inputs[k])[static_cast<std::size_t>(e)].empty()) continue;
      if (operation.shows_nan()) {
        x[k].data()[e] = std::numeric_limits<double>::quiet_NaN();
        operation.forward(out, in, state.get());
        x[k].data()[e] = 1;
      } else {
        for (auto& a : y) a.setConstant(std::numeric_limits<double>::quiet_NaN());
      }
      for (std::uint32_t o = 0; o < node.output_count; ++o)
        for (Index at = 0; at < y[o].size(); ++at)
          if (std::isnan(y[o].data()[at]))
            add(node.first_output + o, static_cast<std::size_t>(at), inputs[k], static_cast<std::size_t>(e));
    }
}

const Dependencies::Sources& Dependencies::of(const Variable<double>& v, Index row, Index column) const {
  static const Sources none;
  const auto& all = entries_[v.id()];
  return all.empty() ? none : all[static_cast<std::size_t>(row * v.columns() + column)];
}

std::string Dependencies::path(const Variable<double>& v, Index row, Index column, int source) const {
  if (!of(v, row, column).contains(source)) return "";
  std::string names;
  // Any entry of an input that has the source will do for a way that people can follow.
  for (std::uint32_t slot = v.id(); tape_.slots()[slot].node != Tape<double>::no_node;) {
    const auto& node = tape_.nodes()[tape_.slots()[slot].node];
    names += (names.empty() ? "" : " <- ") + std::string(node.operation->name());
    std::uint32_t next = slot;
    for (const std::uint32_t x : tape_.inputs(node))
      for (const Sources& s : entries_[x])
        if (s.contains(source)) next = x;
    if (next == slot) break;
    slot = next;
  }
  return names;
}

ENGRAM_PLASTICITY_END
