#include "task.hpp"

#include <engram/plasticity/evaluate.hpp>
#include <engram/plasticity/registry.hpp>
#include <engram/plasticity/tasks/arcs.hpp>
#include <engram/plasticity/tasks/circles.hpp>
#include <engram/plasticity/tasks/spirals.hpp>
#include <engram/plasticity/tasks/sticks.hpp>
#include <engram/plasticity/tasks/two_gaussians.hpp>
#include <engram/plasticity/tasks/two_moons.hpp>
#include <engram/plasticity/tasks/xor.hpp>

namespace engram::demos::playground {

using namespace plasticity;

namespace {

struct Family {
  std::string_view name;
  TaskFamily (*make)(const Json& noise);
};

/// The family in random places; all its points have the noise that is asked for.
template <class Options, TaskFamily (*make)(const Options&)>
TaskFamily with_noise(const Json& noise) {
  Options o = Options::random();
  if (noise.is_number()) {
    const double n = noise.get<double>();
    if constexpr (requires { o.noise; })
      o.noise = n;
    else if constexpr (requires { o.noise_low; })
      o.noise_low = o.noise_high = n;
    else
      o.deviation_low = o.deviation_high = n;
  }
  return make(o);
}

const std::vector<Family> families{
    {"two_moons", with_noise<TwoMoonsOptions, two_moons>},
    {"two_gaussians", with_noise<TwoGaussiansOptions, two_gaussians>},
    {"circles", with_noise<CirclesOptions, circles>},
    {"xor", with_noise<XorOptions, xor_clouds>},
    {"spirals", with_noise<SpiralsOptions, spirals>},
    {"arcs", with_noise<ArcsOptions, arcs>},
    {"sticks", with_noise<SticksOptions, sticks>},
};

/// Points of the drawn ones, each moved a little: what lies around them.
Examples around(const std::vector<std::array<double, 2>>& points, const std::vector<int>& labels,
                double noise, Random& random, Index n) {
  Examples e{Array<double>(n, 2), {}};
  for (Index i = 0; i < n; ++i) {
    const auto k = static_cast<std::size_t>(random.integer(points.size()));
    for (Index j = 0; j < 2; ++j)
      e.x(i, j) = points[k][static_cast<std::size_t>(j)] + noise * random.normal();
    e.labels.push_back(labels[k]);
  }
  return e;
}

Drawn drawn_by_hand(const Json& request, const Network& network) {
  Drawn d{{}, settings_of(request)};
  std::vector<std::array<double, 2>> labelled, unlabelled;
  std::vector<int> labels;
  for (const Json& p : request.at("drawn")) {
    const std::array<double, 2> place{p.at(0).get<double>(), p.at(1).get<double>()};
    const int label = p.at(2).get<int>();
    (label < 2 ? labelled : unlabelled).push_back(place);
    if (label < 2) labels.push_back(label);
  }
  for (const int c : {0, 1})
    if (std::find(labels.begin(), labels.end(), c) == labels.end())
      autodiff::fail("playground", "no point of class {} is drawn; draw at least one of each class",
                     c == 0 ? "A" : "B");
  EpisodeSettings& s = d.settings;
  s.labelled = static_cast<Index>(labelled.size());
  if (unlabelled.empty()) s.unlabelled = 0;
  validate(s, 2);
  const Random random(request.at("seed").get<std::uint64_t>());
  const double noise = request.at("noise").is_number() ? request.at("noise").get<double>() : 0.1;
  Random query_stream = random.split("query"), unlabelled_stream = random.split("unlabelled");
  Episode& e = d.episode;
  e.start = initial_synapses(network, random.split("synapses"));
  e.labelled_x.resize(s.labelled, 2);
  for (Index i = 0; i < s.labelled; ++i)
    for (Index j = 0; j < 2; ++j)
      e.labelled_x(i, j) = labelled[static_cast<std::size_t>(i)][static_cast<std::size_t>(j)];
  e.labelled_targets = autodiff::one_hot<double>(labels, 2);
  const Examples query = around(labelled, labels, noise, query_stream, s.query);
  e.query_x = query.x;
  e.query_targets = autodiff::one_hot<double>(query.labels, 2);
  const Index batch = s.labelled + s.unlabelled;
  e.batches = map_leaves(episode_shapes(network, s).batches, [](Shape shape) -> Array<double> {
    return Array<double>::Zero(shape.rows, shape.columns);
  });
  const std::vector<int> none(unlabelled.size(), 0);
  for (Index t = 0; t < s.steps; ++t) {
    e.batches.x.middleRows(t * batch, s.labelled) = e.labelled_x;
    e.batches.targets.middleRows(t * batch, s.labelled) = e.labelled_targets;
    e.batches.mask.middleRows(t * batch, s.labelled).setOnes();
    if (s.unlabelled > 0)
      e.batches.x.middleRows(t * batch + s.labelled, s.unlabelled) =
          around(unlabelled, none, 0, unlabelled_stream, s.unlabelled).x;
  }
  return d;
}

}  // namespace

std::vector<std::string> family_names() {
  std::vector<std::string> names;
  for (const Family& f : families) names.emplace_back(f.name);
  return names;
}

EpisodeSettings settings_of(const Json& request) {
  EpisodeSettings s;
  s.steps = request.at("steps").get<Index>();
  s.labelled = request.at("labelled").get<Index>();
  s.unlabelled = request.at("unlabelled").get<Index>();
  s.query = request.at("query").get<Index>();
  return s;
}

TaskFamily family_of(const Json& request) {
  return find_in(families, "task family", request.at("family").get<std::string>()).make(request.at("noise"));
}

Drawn draw(const Json& request, const Network& network) {
  if (request.at("family") == "drawn") return drawn_by_hand(request, network);
  Drawn d{{}, settings_of(request)};
  const EpisodeSettings& s = d.settings;
  Episode& e = d.episode;
  e = draw_trial(family_of(request), network, s, Random(request.at("seed").get<std::uint64_t>()), 0);
  for (const Json& m : request.at("moved")) {
    const Index i = m.at(0).get<Index>();
    if (i < 0 || i >= s.labelled) continue;  // there were more labels when it was moved
    e.labelled_x.row(i) << m.at(1).get<double>(), m.at(2).get<double>();
    for (Index t = 0; t < s.steps; ++t)
      e.batches.x.row(t * (s.labelled + s.unlabelled) + i) = e.labelled_x.row(i);
  }
  return d;
}

}  // namespace engram::demos::playground
