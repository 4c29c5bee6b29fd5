#include <engram/laboratory/peers.hpp>
#include <engram/laboratory/style.hpp>

#include <stdexcept>
#include <utility>

namespace engram::laboratory {
namespace {

constexpr const char *blue = "#0072B2", *sky = "#56B4E9", *vermilion = "#D55E00", *orange = "#E69F00",
                     *brown = "#A6761D", *purple = "#6A3D9A", *black = "#000000", *grey = "#808080";

// The learned rule and its controls are blue; black: what is meta-learned otherwise. The baseline that was
// tuned where it is tested is dashed.
constexpr std::pair<std::string_view, Style> method_styles[]{
    {"learned rule", {blue, 1, 7}},
    {"rule", {blue, 1, 7}},
    {"rule, noise for unlabelled", {sky, 2, 5}},
    {"rule trained without unlabelled", {sky, 3, 13}},
    {"Hebbian rule, learned", {black, 2, 5}},
    {"MAML", {black, 1, 13}},
    {"Bayes limit", {grey, 3, 12}},
    {"backprop, best case", {vermilion, 2, 8}},
};

const char* colour_of(Peer::Kind kind) {
  switch (kind) {
    case Peer::Kind::supervised:
      return vermilion;
    case Peer::Kind::rule:
      return orange;
    case Peer::Kind::semi_supervised:
      return brown;
    case Peer::Kind::generative:
      return purple;
    case Peer::Kind::bound:
      return grey;
  }
  throw std::logic_error("unknown kind of peer");
}

}  // namespace

Style style_of(std::string_view method) {
  Style best{"#555555", 1, 7};
  std::size_t length = 0;
  const auto consider = [&](std::string_view name, const Style& style) {
    if (name.size() > length && method.starts_with(name) &&
        (method.size() == name.size() || method[name.size()] == ','))
      best = style, length = name.size();
  };
  for (const auto& [name, style] : method_styles) consider(name, style);
  for (const PeerKind& peer : peers()) consider(peer.name, {colour_of(peer.kind), peer.dash, peer.mark});
  return best;
}

Style series_style(std::size_t k) {
  static constexpr Style styles[]{{blue, 1, 7},    {vermilion, 2, 9}, {"#009E73", 3, 5}, {"#CC79A7", 4, 13},
                                  {orange, 5, 11}, {sky, 1, 6},       {black, 2, 8},     {grey, 3, 4}};
  if (k >= std::size(styles)) throw std::invalid_argument("[chart] there are styles for 8 curves");
  return styles[k];
}

}  // namespace engram::laboratory
