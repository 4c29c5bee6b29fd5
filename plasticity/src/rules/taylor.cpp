#include <engram/plasticity/rules/taylor.hpp>

#include <fmt/format.h>

ENGRAM_PLASTICITY_BEGIN

std::string to_string(const TaylorTerm& t) {
  constexpr std::array<const char*, 10> exponents{"", "", "²", "³", "⁴", "⁵", "⁶", "⁷", "⁸", "⁹"};
  std::string text;
  const auto factor = [&](const char* name, Index power) {
    if (power == 0) return;
    text +=
        fmt::format("{}{}{}", text.empty() ? "" : " ", name, exponents.at(static_cast<std::size_t>(power)));
  };
  factor("x", t.before);
  factor("y", t.behind);
  factor("w", t.weight);
  factor("⟨y²⟩", t.slow);
  return text.empty() ? "1" : text;
}

Index TaylorForm::place(const TaylorTerm& t) const {
  const auto inside = [](Index power, Index highest) { return power >= 0 && power <= highest; };
  if (!inside(t.before, before) || !inside(t.behind, behind) || !inside(t.weight, weight) ||
      !inside(t.slow, slow))
    autodiff::fail("Taylor form", "the powers {}, {}, {}, {} are not among those up to {}, {}, {}, {}",
                   t.before, t.behind, t.weight, t.slow, before, behind, weight, slow);
  return (t.behind + t.slow * (behind + 1)) * shape().columns + t.before + t.weight * (before + 1);
}

std::vector<TaylorTerm> terms_of(const TaylorForm& form) {
  std::vector<TaylorTerm> terms;
  for (Index slow = 0; slow <= form.slow; ++slow)
    for (Index behind = 0; behind <= form.behind; ++behind)
      for (Index weight = 0; weight <= form.weight; ++weight)
        for (Index before = 0; before <= form.before; ++before)
          terms.push_back({before, behind, weight, slow});
  return terms;
}

Array<double> coefficients_of(const TaylorForm& form,
                              const std::vector<std::pair<TaylorTerm, double>>& terms) {
  check_bounds("Taylor form", form);
  Array<double> all = Array<double>::Zero(form.shape().rows, form.shape().columns);
  for (const auto& [term, value] : terms) all.data()[form.place(term)] = value;
  return all;
}

ENGRAM_PLASTICITY_END
