#include <engram/plasticity/gaussian_mixture.hpp>
#include <engram/plasticity/tasks/pinwheel.hpp>
#include <engram/plasticity/tasks/two_gaussians.hpp>
#include <engram/plasticity/tasks/two_moons.hpp>

#include <boost/test/unit_test.hpp>

#include <cmath>
#include <numbers>
#include <stdexcept>

using namespace engram::plasticity;

namespace {

using enum MixtureCovariance;
constexpr MixtureCovariance all[]{one_sphere, spheres, shared, own};
const auto near = boost::test_tools::tolerance(1e-9);

Array<double> column(const std::vector<double>& x) {
  Array<double> a(static_cast<Index>(x.size()), 1);
  for (Index i = 0; i < a.rows(); ++i) a(i, 0) = x[static_cast<std::size_t>(i)];
  return a;
}

Array<double> targets(const std::vector<int>& labels, int classes = 2) {
  return engram::autodiff::one_hot<double>(labels, classes);
}

GaussianMixture fitted(const Episode<Array<double>>& e, const MixtureSettings& s) {
  return {e.labelled_x, e.labelled_targets, unlabelled_points(e), s};
}

}  // namespace

BOOST_AUTO_TEST_SUITE(gaussian_mixture)

// Class 0 at 0 and 2, class 1 at 10 and 14. Scatters 2 and 8, so t = 10 / 4 = 2.5, and so is the shared
// covariance that own ones are drawn to: (10 + 2.5) / (4 + 1).
BOOST_AUTO_TEST_CASE(from_labels_alone_it_is_what_one_computes_by_hand) {
  const auto fit = [](MixtureCovariance covariance) {
    return GaussianMixture(column({0, 2, 10, 14}), targets({0, 0, 1, 1}), column({1e3}),
                           {.covariance = covariance, .pseudo_counts = 1, .weight = 0});
  };
  for (const MixtureCovariance covariance : all) {
    const GaussianMixture mixture = fit(covariance);
    const bool common = covariance == one_sphere || covariance == shared;
    const double variances[]{common ? 2.5 : (2 + 2.5) / 3, common ? 2.5 : (8 + 2.5) / 3};
    const Array<double> log = mixture.log_joint(column({3}));
    for (int k = 0; k < 2; ++k) {
      const double mean = k == 0 ? 1 : 12, v = variances[k];
      BOOST_TEST(mixture.means()(k, 0) == mean, near);
      BOOST_TEST(mixture.covariance(k)(0, 0) == v, near);
      BOOST_TEST(log(0, k) == std::log(0.5) - 0.5 * std::log(2 * std::numbers::pi * v) -
                                  (3 - mean) * (3 - mean) / (2 * v),
                 near);
    }
    BOOST_TEST(mixture.objectives().size() == 1u);
  }
}

// (0, 0), (2, 0) and (5, 5), (5, 9): scatters diag(2, 0) and diag(0, 8); t = 10 / 8.
BOOST_AUTO_TEST_CASE(covariances_in_the_plane_are_what_one_computes_by_hand) {
  Array<double> x(4, 2);
  x << 0, 0, 2, 0, 5, 5, 5, 9;
  const auto covariance = [&](MixtureCovariance c) {
    return GaussianMixture(x, targets({0, 0, 1, 1}), Array<double>(0, 2),
                           {.covariance = c, .pseudo_counts = 2})
        .covariance(0);
  };
  const auto check = [](const Array<double>& c, double xx, double yy) {
    Array<double> wanted(2, 2);
    wanted << xx, 0, 0, yy;
    BOOST_TEST((c - wanted).abs().maxCoeff() < 1e-12);
  };
  check(covariance(one_sphere), 1.25, 1.25);  // (5 + 2 * 1.25) / (4 + 2)
  check(covariance(spheres), 0.875, 0.875);   // (1 + 2 * 1.25) / (2 + 2)
  check(covariance(shared), 0.75, 1.75);      // (2, 8) + 2 * 1.25, / 6
  check(covariance(own), 0.875, 0.875);       // ((2, 0) + 2 * (0.75, 1.75)) / 4 = (0.875, 0.875)
}

// Labels at -1 and 1; the point between them belongs to each by one half.
BOOST_AUTO_TEST_CASE(an_iteration_divides_the_unlabelled_points_and_their_weight) {
  for (const MixtureCovariance covariance : all)
    for (const double weight : {1.0, 0.5}) {
      const GaussianMixture mixture(
          column({-1, 1}), targets({0, 1}), column({0}),
          {.covariance = covariance, .pseudo_counts = 1, .weight = weight, .iterations = 1});
      BOOST_TEST(mixture.objectives().size() == 2u);
      BOOST_TEST(mixture.means()(0, 0) == -1 / (1 + weight / 2), near);
      BOOST_TEST(mixture.means()(1, 0) == 1 / (1 + weight / 2), near);
    }
}

BOOST_AUTO_TEST_CASE(no_iteration_makes_the_objective_smaller) {
  const EpisodeSettings sizes{.steps = 10, .labelled = 6, .unlabelled = 10, .query = 10};
  for (const TaskFamily& family : {two_moons(TwoMoonsOptions::diverse()), pinwheel({.noise = 0.3}),
                                   two_gaussians({.dimension = 4, .covariance = Covariance::axes})})
    for (const MixtureCovariance covariance : all)
      for (const double counts : {0.1, 5.0})
        for (const double weight : {0.2, 1.0})
          for (std::size_t i = 0; i < 3; ++i) {
            const auto e =
                draw_trial(family, Network{{family.dimension, 4, family.classes}}, sizes, Random(5), i);
            const GaussianMixture mixture = fitted(
                e, {.covariance = covariance, .pseudo_counts = counts, .weight = weight, .iterations = 200});
            const auto& o = mixture.objectives();
            BOOST_TEST(o.size() > 2);
            for (std::size_t k = 1; k < o.size(); ++k)
              BOOST_TEST(o[k] >= o[k - 1] - 1e-9 * std::abs(o[k]),
                         family.name << ", " << to_string(covariance) << ", " << k);
          }
}

BOOST_AUTO_TEST_CASE(few_labels_and_many_points_find_the_best_boundary_of_clouds_apart) {
  const EpisodeSettings sizes{.steps = 50, .labelled = 4, .unlabelled = 20, .query = 2000};
  double bayes = 0, with = 0, without = 0;
  constexpr std::size_t trials = 20;
  const auto family = two_gaussians({.dimension = 3,
                                     .separation = 3,
                                     .covariance = Covariance::stretched,
                                     .shared = true,
                                     .anisotropy = 3});
  for (std::size_t i = 0; i < trials; ++i) {
    const auto e = draw_trial(family, Network{{3, 4, 2}}, sizes, Random(6), i);
    with += learn_gaussian_mixture(e, {.covariance = shared}).accuracy(0, 0) / trials;
    without += learn_gaussian_mixture(e, {.covariance = shared, .weight = 0}).accuracy(0, 0) / trials;
    const Random trial = Random(6).split(family.name).split(i);
    bayes += bayes_accuracy(*family.draw(trial.split("task")), Random(7), 2000) / trials;
  }
  BOOST_TEST(std::abs(with - bayes) < 0.005);
  BOOST_TEST(without < with - 0.01);
}

BOOST_AUTO_TEST_CASE(one_sphere_from_labels_is_the_nearest_class_mean) {
  const EpisodeSettings sizes{.steps = 2, .labelled = 9, .unlabelled = 2, .query = 200};
  const auto e = draw_trial(pinwheel(), Network{{2, 4, 3}}, sizes, Random(8), 0);
  const GaussianMixture mixture = fitted(e, {.covariance = one_sphere, .weight = 0});
  const Array<double> log = mixture.log_joint(e.query_x), means = mixture.means();
  for (Index i = 0; i < log.rows(); ++i) {
    Index best = 0, nearest = 0;
    log.row(i).maxCoeff(&best);
    (means.rowwise() - e.query_x.row(i)).square().rowwise().sum().minCoeff(&nearest);
    BOOST_TEST(best == nearest);
  }
}

BOOST_AUTO_TEST_CASE(points_that_are_all_alike_have_finite_scores) {
  const Array<double> far = Array<double>::Constant(1, 2, 50);
  for (const MixtureCovariance covariance : all)
    for (const double weight : {0.0, 1.0}) {
      const MixtureSettings s{.covariance = covariance, .weight = weight};
      // One class a point, all unlabelled points there too; then each class a point; then all points the
      // same.
      Array<double> x(4, 2);
      x << 1, 1, 1, 1, 3, 4, 5, 7;
      BOOST_TEST(
          GaussianMixture(x, targets({0, 0, 1, 1}), Array<double>::Ones(9, 2), s).log_joint(far).allFinite());
      x.bottomRows(2) = 4;
      BOOST_TEST(
          GaussianMixture(x, targets({0, 0, 1, 1}), Array<double>::Ones(9, 2), s).log_joint(far).allFinite());
      BOOST_TEST(
          GaussianMixture(Array<double>::Ones(4, 2), targets({0, 0, 1, 1}), Array<double>::Ones(9, 2), s)
              .log_joint(far)
              .allFinite());
    }
}

BOOST_AUTO_TEST_CASE(an_episode_without_unlabelled_points_is_learned_from_its_labels) {
  const EpisodeSettings sizes{.steps = 3, .labelled = 6, .unlabelled = 0, .query = 100};
  const auto e = draw_trial(two_moons(), Network{{2, 4, 2}}, sizes, Random(9), 0);
  BOOST_TEST(unlabelled_points(e).rows() == 0);
  const Learned a = learn_gaussian_mixture(e, {}), b = learn_gaussian_mixture(e, {.weight = 0});
  BOOST_TEST(a.accuracy(0, 0) == b.accuracy(0, 0));
  BOOST_TEST(a.accuracy(0, 0) > 0.6);
  BOOST_TEST((a.train_loss(0, 0) >= 0 && a.train_loss(0, 0) < 1));
}

BOOST_AUTO_TEST_CASE(what_cannot_be_fitted_is_refused) {
  const Array<double> x = column({0, 1}), none = column({});
  BOOST_CHECK_THROW(GaussianMixture(x, targets({0, 0}), none, {}), std::invalid_argument);
  BOOST_CHECK_THROW(GaussianMixture(x, targets({0, 1, 1}), none, {}), std::invalid_argument);
  BOOST_CHECK_THROW(GaussianMixture(x, targets({0, 1}), Array<double>(3, 2), {}), std::invalid_argument);
  BOOST_CHECK_THROW(GaussianMixture(x, targets({0, 1}), none, {.pseudo_counts = 0}), std::invalid_argument);
  BOOST_CHECK_THROW(GaussianMixture(x, targets({0, 1}), none, {.weight = -1}), std::invalid_argument);
}

BOOST_AUTO_TEST_SUITE_END()
