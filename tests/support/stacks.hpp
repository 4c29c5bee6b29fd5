/// Functions on stacks, and on each matrix by itself.
#pragma once

#include "values.hpp"

namespace engram::test {

/// f on each matrix by itself: what f must do on the stacks.
template <class F>
Variables one_by_one(const F& f, const Variables& x, ad::Index n) {
  std::vector<Variables> results;
  for (ad::Index s = 0; s < n; ++s) {
    Variables x_s;
    for (const auto& v : x) x_s.push_back(v.stack() == 1 ? v : ad::slice_stack(v, s, 1));
    const Variables y = f(x_s);
    results.resize(y.size());
    for (std::size_t k = 0; k < y.size(); ++k) results[k].push_back(y[k]);
  }
  Variables y;
  for (const auto& parts : results) y.push_back(ad::stack(parts));
  return y;
}

/// The weighted sum of all entries of all matrices.
inline Variable total(const Variables& y) {
  Variables sums;
  for (const auto& v : y) sums.push_back(ad::sum_stack(v * v.tape().constant(random_value(v.shape(), 1))));
  return weighted_sum(sums);
}

/// f(x), then the gradient of the total of it, then the gradient of the total of that.
template <class F>
Variables with_derivatives_on_stacks(const F& f, const Variables& x) {
  Variables all = f(x);
  Variables last = all;
  for (int order = 1; order <= 2; ++order) {
    last = ad::gradient(total(last), x);
    all.insert(all.end(), last.begin(), last.end());
  }
  return all;
}

}  // namespace engram::test
