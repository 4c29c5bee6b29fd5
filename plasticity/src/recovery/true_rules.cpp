#include <engram/plasticity/recovery/true_rules.hpp>

#include <cmath>

ENGRAM_PLASTICITY_BEGIN
namespace {

constexpr TaylorTerm product{.before = 1, .behind = 1};

/// Whether the weights change, and stay within bounds, whatever number of steps the layer is followed for.
bool is_tame(PlasticLayer layer, const TaylorForm& form, const Array<double>& coefficients,
             const Random& random) {
  constexpr double bound = 3, least = 0.05;
  layer.steps = 100;
  for (const char* trial : {"first", "second"}) {
    const auto h = simulate(layer, form, coefficients, random.split(trial)).history;
    if (!(h.weights.abs() <= bound).all()) return false;
    if (variance_over_time(Observed::weights, h, layer.steps) < least * least) return false;
  }
  return true;
}

Array<double> random_polynomial(const PlasticLayer& layer, const TaylorForm& form, const Random& random) {
  constexpr std::uint64_t attempts = 1000;
  std::vector<TaylorTerm> candidates;
  for (const TaylorTerm& t : terms_of(form)) {
    const Index degree = t.before + t.behind + t.weight;
    if (t.slow == 0 && degree >= 1 && degree <= 3) candidates.push_back(t);
  }
  for (std::uint64_t i = 0; i < attempts; ++i) {
    Random draw = random.split(i);
    const auto size = [&] { return draw.uniform(0.3, 1); };
    std::vector<std::pair<TaylorTerm, double>> terms{{{.weight = 1}, -size()}};
    while (terms.size() < 4) {
      const TaylorTerm& t = candidates[draw.integer(candidates.size())];
      const bool taken = std::ranges::any_of(terms, [&](const auto& one) { return one.first == t; });
      if (!taken) terms.push_back({t, (draw.bits() & 1) != 0 ? size() : -size()});
    }
    Array<double> coefficients = coefficients_of(form, terms);
    if (is_tame(layer, form, coefficients, draw.split("trials"))) return coefficients;
  }
  autodiff::fail("random polynomial", "none of {} had weights that change and stay bounded; lower the rate",
                 attempts);
}

}  // namespace

const std::vector<TrueRule>& true_rules() {
  using L = const PlasticLayer&;
  using F = const TaylorForm&;
  static const std::vector<TrueRule> all{
      {"oja", "Oja", "Oja 1982",
       [](L, F form, const Random&) {
         return coefficients_of(form, {{product, 1.0}, {{.behind = 2, .weight = 1}, -1.0}});
       }},
      {"bcm", "BCM", "Bienenstock, Cooper, Munro 1982; the threshold of Intrator, Cooper 1992",
       [](L, F form, const Random&) {
         return coefficients_of(
             form, {{{.before = 1, .behind = 2}, 1.0}, {{.before = 1, .behind = 1, .slow = 1}, -1.0}});
       }},
      {"covariance", "covariance", "Sejnowski 1977",
       [](L layer, F form, const Random&) {
         constexpr double mean = 0.2;
         return coefficients_of(form, {{product, 1.0},
                                       {{.before = 1}, -mean},
                                       {{.behind = 1}, -layer.input_mean},
                                       {{}, layer.input_mean * mean}});
       }},
      {"polynomial", "random polynomial", "drawn", random_polynomial},
  };
  return all;
}

const TrueRule& true_rule(std::string_view name) { return find_in(true_rules(), "true rule", name); }

ENGRAM_PLASTICITY_END
