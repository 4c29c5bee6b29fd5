#include <engram/laboratory/style.hpp>

#include <stdexcept>
#include <utility>

namespace engram::laboratory {
namespace {

constexpr const char *blue = "#0072B2", *sky = "#56B4E9", *vermilion = "#D55E00", *orange = "#E69F00",
                     *brown = "#A6761D", *black = "#000000", *grey = "#808080";

// The learned rule and its controls are blue, backprop is vermilion; orange: other rules; black: what is
// meta-learned otherwise; brown: semi-supervised learning; grey: bounds.
constexpr std::pair<std::string_view, Style> methods[]{
    {"learned rule", {blue, 1, 7}},
    {"rule", {blue, 1, 7}},
    {"rule, noise for unlabelled", {sky, 2, 5}},
    {"rule trained without unlabelled", {sky, 3, 13}},
    {"backprop", {vermilion, 1, 9}},
    {"feedback alignment", {orange, 1, 5}},
    {"direct feedback alignment", {orange, 2, 13}},
    {"Hebb", {orange, 3, 11}},
    {"Oja", {orange, 4, 9}},
    {"Hebbian rule, learned", {black, 2, 5}},
    {"MAML", {black, 1, 13}},
    {"entropy minimisation", {brown, 1, 7}},
    {"pseudo-labels", {brown, 2, 5}},
    {"Π-model", {brown, 3, 13}},
    {"virtual adversarial training", {brown, 4, 11}},
    {"label spreading", {grey, 1, 6}},
    {"all labels", {grey, 2, 4}},
    {"Bayes limit", {grey, 3, 12}},
};

}  // namespace

Style style_of(std::string_view method) {
  Style best{"#555555", 1, 7};
  std::size_t length = 0;
  for (const auto& [name, style] : methods)
    if (name.size() > length && method.starts_with(name) &&
        (method.size() == name.size() || method[name.size()] == ','))
      best = style, length = name.size();
  return best;
}

Style series_style(std::size_t k) {
  static constexpr Style styles[]{{blue, 1, 7},    {vermilion, 2, 9}, {"#009E73", 3, 5}, {"#CC79A7", 4, 13},
                                  {orange, 5, 11}, {sky, 1, 6},       {black, 2, 8},     {grey, 3, 4}};
  if (k >= std::size(styles)) throw std::invalid_argument("[chart] there are styles for 8 curves");
  return styles[k];
}

}  // namespace engram::laboratory
