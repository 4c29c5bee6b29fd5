#include <engram/plasticity/meta_state.hpp>

#include <algorithm>

ENGRAM_PLASTICITY_BEGIN

bool alike(const std::vector<Array<double>>& a, const std::vector<Array<double>>& b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(), [](const auto& x, const auto& y) {
    return x.rows() == y.rows() && x.cols() == y.cols();
  });
}

void validate(const MetaState& s, long outer_steps) {
  check_bounds("state", static_cast<const MetaCounts&>(s));
  const auto at_most = [](const char* name, long value, const char* what, long most) {
    if (value > most) autodiff::fail("state", "{} is {}, and {} only {}", name, value, what, most);
  };
  at_most("step", s.step, "the outer steps are", outer_steps);
  at_most("best_step", s.best_step, "step is", s.step);
  at_most("skipped", s.skipped, "step is", s.step);
  at_most("skipped_in_a_row", s.skipped_in_a_row, "skipped is", s.skipped);
  if (s.best_step > 0 && s.best_validation < 0)
    autodiff::fail("state", "best_validation is {}, and no accuracy is below 0", s.best_validation);
  at_most("rolled_back", s.rolled_back, "step is", s.step);
  for (const auto* leaves : {&s.average, &s.best, &s.m, &s.v})
    if (!alike(*leaves, s.theta))
      autodiff::fail("state", "theta, average, best, m and v are not of one form");
  for (const Array<double>& leaf : s.v)
    if (!(leaf >= 0).all()) autodiff::fail("state", "v has negative numbers, and is a mean of squares");
}

ENGRAM_PLASTICITY_END
