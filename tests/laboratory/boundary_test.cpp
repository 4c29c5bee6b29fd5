#include <engram/laboratory/boundary.hpp>
#include <engram/plasticity/evaluate.hpp>
#include <engram/plasticity/inner_losses/supervised.hpp>
#include <engram/plasticity/tasks/two_moons.hpp>

#include <boost/test/unit_test.hpp>

using namespace engram::laboratory;
using namespace engram::plasticity;

namespace {

const Network network{{2, 4, 2}};
const EpisodeSettings sizes{.steps = 5, .labelled = 4, .unlabelled = 3, .query = 60};

Episode<Array<double>> trial() { return draw_trial(two_moons(), network, sizes, Random(1), 0); }

}  // namespace

BOOST_AUTO_TEST_SUITE(boundaries)

BOOST_AUTO_TEST_CASE(a_scene_holds_all_points_and_shows_the_unlabelled_ones_in_the_order_of_the_steps) {
  const auto e = trial();
  const Scene s = scene_of(e, sizes);
  BOOST_TEST(s.x_low < e.query_x.col(0).minCoeff());
  BOOST_TEST(s.x_high > e.query_x.col(0).maxCoeff());
  BOOST_TEST(s.y_low < e.query_x.col(1).minCoeff());
  BOOST_TEST(s.y_high > e.query_x.col(1).maxCoeff());
  BOOST_TEST((s.labelled.x == e.labelled_x).all());
  for (Index i = 0; i < 4; ++i)
    BOOST_TEST(e.labelled_targets(i, s.labelled.labels[static_cast<std::size_t>(i)]) == 1.0);
  Index next = 0;
  for (Index i = 0; i < e.batches.x.rows(); ++i)
    if (e.batches.mask(i, 0) == 0) BOOST_TEST((s.unlabelled.row(next++) == e.batches.x.row(i)).all());
  BOOST_TEST(next == s.unlabelled.rows());
}

// A network whose logits are ±10 y: class 1 lies above the middle, row i of the grid goes up.
BOOST_AUTO_TEST_CASE(a_row_of_the_grid_is_a_height_and_a_column_a_place_from_left_to_right) {
  const Network linear{{2, 2}, Activation::identity, false};
  const auto picture = [&](double along_x, double along_y) {
    Array<double> w(2, 2);
    w << -along_x, along_x, -along_y, along_y;
    Scene scene;
    scene.x_low = scene.y_low = -1;
    scene.x_high = scene.y_high = 1;
    return probability_on(scene, 5, linear, {w});
  };
  const Array<double> up = picture(0, 10), right = picture(10, 0);
  BOOST_TEST(up.row(0).maxCoeff() < 1e-6);
  BOOST_TEST(up.row(4).minCoeff() > 1 - 1e-6);
  BOOST_TEST((up.row(2) == 0.5).all());
  BOOST_TEST((right == up.transpose()).all());
}

BOOST_AUTO_TEST_CASE(a_film_begins_before_the_first_step_and_ends_with_the_accuracy_of_the_trial) {
  const auto e = trial();
  const std::vector<Array<double>> rate{Array<double>::Constant(1, 1, 0.5)};
  const Method descent = GradientDescent<Supervised>{network, Optimizer::sgd};
  const Scene scene = scene_of(e, sizes);
  const Film film = film_of("descent", descent, rate, e, sizes, scene);
  const Learned learned = Learner(descent, sizes)(rate, e);
  BOOST_TEST(film.title == "descent");
  BOOST_TEST(film.probability.size() == 6u);
  BOOST_TEST(film.accuracy == std::vector<double>(learned.accuracy.data(), learned.accuracy.data() + 6),
             boost::test_tools::per_element());
  const Index grid = film.probability[0].rows();
  BOOST_TEST((film.probability[5] - probability_on(scene, grid, network, learned.weights)).abs().maxCoeff() <
             1e-12);
  BOOST_TEST((film.probability[0] - film.probability[5]).abs().maxCoeff() > 0.01);
}

BOOST_AUTO_TEST_SUITE_END()
