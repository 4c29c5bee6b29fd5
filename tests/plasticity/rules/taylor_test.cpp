#include <engram/plasticity/certificate.hpp>
#include <engram/plasticity/rules/oja.hpp>
#include <engram/plasticity/rules/taylor.hpp>

#include <boost/test/unit_test.hpp>

#include <cmath>

using namespace engram::plasticity;
using P = Value<double>;

namespace {

const Network network{{2, 3, 2}};
const StepSettings unscaled = UpdateScale::none;
const TaylorForm form{.before = 2, .behind = 3, .weight = 1, .slow = 2};

P plain(const Array<double>& a) { return P(a); }

/// The weights before and after a step of a rule.
template <class Rule>
std::vector<P> weights_after(const Rule& rule) {
  const auto start = map_leaves(initial_synapses(network, Random(5)), plain);
  Random random(6);
  const Array<double> targets = engram::autodiff::one_hot<double>(std::vector{0, 1, 1, 0, -1, -1}, 2);
  const Batches<P> batch{P(normal(random, 6, 2)), P(targets), P(targets.rowwise().sum())};
  return inner_step(network, unscaled, rule, start, batch).forward;
}

double largest_difference(const std::vector<P>& a, const std::vector<P>& b) {
  double d = 0;
  for (std::size_t i = 0; i < a.size(); ++i) d = std::max(d, (a[i].array() - b[i].array()).abs().maxCoeff());
  return d;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(taylor_rules)

BOOST_AUTO_TEST_CASE(terms_are_called_by_their_powers_and_found_where_they_stand) {
  BOOST_TEST(to_string(TaylorTerm{}) == "1");
  BOOST_TEST(to_string(TaylorTerm{1, 2, 1, 0}) == "x y² w");
  BOOST_TEST(to_string(TaylorTerm{1, 1, 0, 1}) == "x y ⟨y²⟩");
  const auto terms = terms_of(form);
  BOOST_TEST(static_cast<Index>(terms.size()) == form.shape().size());
  for (std::size_t i = 0; i < terms.size(); ++i) BOOST_TEST(form.place(terms[i]) == static_cast<Index>(i));
  BOOST_CHECK_THROW(form.place({.weight = 2}), std::invalid_argument);
  BOOST_CHECK_THROW(form.place({.slow = -1}), std::invalid_argument);
  BOOST_CHECK_THROW(coefficients_of({.before = 10}, {}), std::invalid_argument);
}

BOOST_AUTO_TEST_CASE(every_term_is_the_sum_over_the_batch_of_its_product_of_powers) {
  Random random(1);
  const Array<double> x = normal(random, 4, 3), y = normal(random, 4, 2), w = normal(random, 3, 2),
                      slow = normal(random, 4, 2);
  for (const TaylorTerm& t : terms_of(form)) {
    const P change = taylor_change(form, P(coefficients_of(form, {{t, 1.0}})), P(x), P(y), P(w), P(slow));
    for (Index j = 0; j < 3; ++j)
      for (Index i = 0; i < 2; ++i) {
        double sum = 0;
        for (Index b = 0; b < 4; ++b)
          sum += std::pow(x(b, j), t.before) * std::pow(y(b, i), t.behind) * std::pow(w(j, i), t.weight) *
                 std::pow(slow(b, i), t.slow);
        BOOST_TEST(std::abs(change.array()(j, i) - sum) < 1e-12 * (1 + std::abs(sum)), to_string(t));
      }
  }
}

BOOST_AUTO_TEST_CASE(ojas_rule_is_a_member) {
  const TaylorForm usual = MakeTaylorRule::form();
  const TaylorTerm product{.before = 1, .behind = 1};
  const TaylorTheta<P> theta{P(coefficients_of(usual, {{product, 1.0}, {{.behind = 2, .weight = 1}, -1.0}})),
                             P(coefficients_of(usual, {{product, 1.0}})), P(std::log(0.3))};
  BOOST_TEST(largest_difference(weights_after(TaylorRule<P>(usual, theta)), weights_after(Oja<P>(P(0.3)))) <
             1e-15);
}

BOOST_AUTO_TEST_CASE(every_coefficient_of_the_rule_for_networks_counts) {
  const MakeTaylorRule make;
  const auto leaves = make.initial(network, Random(9));
  const auto step = [&](const std::vector<Array<double>>& l) {
    const std::vector<P> values(l.begin(), l.end());
    return weights_after(make(std::span(values)));
  };
  const auto before = step(leaves);
  for (std::size_t k = 0; k < leaves.size(); ++k)
    for (Index i = 0; i < leaves[k].size(); ++i) {
      auto other = leaves;
      other[k].data()[i] += 0.1;
      BOOST_TEST(largest_difference(before, step(other)) > 1e-6);
    }
}

BOOST_AUTO_TEST_CASE(it_is_local_but_no_product) {
  const MakeTaylorRule make;
  const Certificate c = certify(make, {.lateral = false}, make.initial(network, Random(2)));
  for (const CertificateClause& clause : c.clauses)
    BOOST_TEST(clause.passed() == (clause.name != "product form"), c.text());
}

BOOST_AUTO_TEST_SUITE_END()
