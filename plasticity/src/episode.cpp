#include <engram/plasticity/episode.hpp>

#include <algorithm>
#include <cmath>

ENGRAM_PLASTICITY_BEGIN

void validate(const EpisodeSettings& settings, int classes) {
  check_bounds("episode", settings);
  if (settings.labelled < classes)
    autodiff::fail("episode", "{} labelled points for {} classes; every class needs one", settings.labelled,
                   classes);
}

Episode<Shape> episode_shapes(const Network& network, const EpisodeSettings& settings) {
  const Index dimension = network.sizes.front(), classes = network.sizes.back();
  const Index rows = settings.steps * (settings.labelled + settings.unlabelled);
  Episode<Shape> e;
  e.start = synapse_shapes(network);
  e.batches = {{rows, dimension}, {rows, classes}, {rows, 1}};
  e.labelled_x = {settings.labelled, dimension};
  e.labelled_targets = {settings.labelled, classes};
  e.query_x = {settings.query, dimension};
  e.query_targets = {settings.query, classes};
  return e;
}

namespace {

void replace_by_noise(Batches<Array<double>>& batches, Random random) {
  const Array<double> unlabelled = 1 - batches.mask;
  const double count = std::max(unlabelled.sum(), 1.0);
  for (Index j = 0; j < batches.x.cols(); ++j) {
    const auto x = batches.x.col(j);
    const double mean = (x * unlabelled.col(0)).sum() / count;
    const double deviation = std::sqrt(((x - mean).square() * unlabelled.col(0)).sum() / count);
    for (Index i = 0; i < batches.x.rows(); ++i)
      if (batches.mask(i, 0) == 0) batches.x(i, j) = mean + deviation * random.normal();
  }
}

}  // namespace

Episode<Array<double>> draw_episode(const Network& network, const EpisodeSettings& settings,
                                    const SemiSupervisedTask& task, const Random& random) {
  validate(settings, task.classes());
  if (network.sizes.front() != task.dimension() || network.sizes.back() != task.classes())
    autodiff::fail("episode", "a network {} - ... - {} does not fit a task of {} dimensions and {} classes",
                   network.sizes.front(), network.sizes.back(), task.dimension(), task.classes());
  Random labelled_stream = random.split("labelled"), unlabelled_stream = random.split("unlabelled"),
         query_stream = random.split("query");
  const auto one_hot = [&](const Examples& e) { return autodiff::one_hot<double>(e.labels, task.classes()); };

  Episode<Array<double>> e;
  e.start = initial_synapses(network, random.split("synapses"));
  const Examples labelled = task.sample_balanced(labelled_stream, settings.labelled);
  e.labelled_x = labelled.x;
  e.labelled_targets = one_hot(labelled);
  const Examples query = task.sample_query(query_stream, settings.query);
  e.query_x = query.x;
  e.query_targets = one_hot(query);

  const Index batch = settings.labelled + settings.unlabelled;
  const auto shapes = episode_shapes(network, settings).batches;
  e.batches =
      map_leaves(shapes, [](Shape s) -> Array<double> { return Array<double>::Zero(s.rows, s.columns); });
  for (Index t = 0; t < settings.steps; ++t) {
    e.batches.x.middleRows(t * batch, settings.labelled) = e.labelled_x;
    e.batches.targets.middleRows(t * batch, settings.labelled) = e.labelled_targets;
    e.batches.mask.middleRows(t * batch, settings.labelled).setOnes();
    const Examples unlabelled = task.sample(unlabelled_stream, settings.unlabelled);
    e.batches.x.middleRows(t * batch + settings.labelled, settings.unlabelled) = unlabelled.x;
    e.batches.targets.middleRows(t * batch + settings.labelled, settings.unlabelled) = one_hot(unlabelled);
  }
  if (settings.noise_for_unlabelled) replace_by_noise(e.batches, random.split("noise"));
  return e;
}

Array<double> unlabelled_points(const Episode<Array<double>>& e) {
  Array<double> x((e.batches.mask == 0).count(), e.batches.x.cols());
  for (Index i = 0, row = 0; i < e.batches.x.rows(); ++i)
    if (e.batches.mask(i, 0) == 0) x.row(row++) = e.batches.x.row(i);
  return x;
}

ENGRAM_PLASTICITY_END
