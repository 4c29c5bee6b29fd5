#include <engram/plasticity/evolution.hpp>

#include "shared_tasks.hpp"

#include <algorithm>
#include <cmath>

ENGRAM_PLASTICITY_BEGIN
namespace {

using Leaves = std::vector<Array<double>>;

double dot(const Leaves& a, const Leaves& b) {
  double sum = 0;
  for (std::size_t k = 0; k < a.size(); ++k) sum += (a[k] * b[k]).sum();
  return sum;
}

/// a + factor b
Leaves plus(Leaves a, double factor, const Leaves& b) {
  for (std::size_t k = 0; k < a.size(); ++k) a[k] += factor * b[k];
  return a;
}

Leaves zeros(const Leaves& like) { return plus(like, -1, like); }

/// The losses of two opposite perturbations.
struct Pair {
  double high, low;
};

/// The next perturbation of the stream.
Leaves perturbation(Random& stream, const Leaves& parameters, const EvolutionSettings& settings) {
  Leaves epsilon;
  for (const auto& p : parameters) epsilon.push_back(normal(stream, p.rows(), p.cols(), settings.sigma));
  return epsilon;
}

template <class S>
Value<S> value(const Array<double>& a) {
  return Value<S>(a.template cast<S>());
}

template <class S>
std::vector<Value<S>> values(const Leaves& leaves) {
  std::vector<Value<S>> list;
  for (const auto& a : leaves) list.push_back(value<S>(a));
  return list;
}

/// What one window needs: parameters, the carry, the data of its steps, the query. What it gives: the mean
/// query loss and the next carry.
template <class S>
autodiff::Function<S> compiled_window(const Method& method, const EpisodeSettings& settings, Index every,
                                      Index window, std::span<const Shape> carry) {
  using T = Variable<S>;
  const std::size_t own = method.parameters().size();
  EpisodeSettings part = settings;
  part.steps = window;
  const Episode<Shape> episode = episode_shapes(method.network(), part);
  std::vector<Shape> shapes = method.parameters();
  shapes.insert(shapes.end(), carry.begin(), carry.end());
  const StepData<Shape> steps{episode.batches, {window, 1}, {}, {}};
  for (const Shape s : flatten(steps)) shapes.push_back(s);
  shapes.insert(shapes.end(), {episode.query_x, episode.query_targets});
  return autodiff::compile<S>(
      [&](std::span<const T> in) {
        const auto p = in.first(own), c = in.subspan(own, carry.size()),
                   rest = in.subspan(own + carry.size());
        auto asked = learn_and_ask(method, {p.begin(), p.end()}, {c.begin(), c.end()},
                                   unflatten(steps, rest.first(rest.size() - 2)), rest[rest.size() - 2],
                                   rest.back(), window, every);
        std::vector<T> results{mean(asked.results[0])};
        results.insert(results.end(), asked.carry.begin(), asked.carry.end());
        return results;
      },
      shapes);
}

/// Computes the first carry from the parameters and an episode's initial weights.
template <class S>
autodiff::Function<S> compiled_start(const Method& method) {
  using T = Variable<S>;
  const std::size_t own = method.parameters().size();
  const Synapses<Shape> synapses = synapse_shapes(method.network());
  std::vector<Shape> shapes = method.parameters();
  for (const Shape s : flatten(synapses)) shapes.push_back(s);
  return autodiff::compile<S>(
      [&](std::span<const T> in) {
        return method.start(unflatten(synapses, in.subspan(own)), in.first(own));
      },
      shapes);
}

Index checked_window(const Method& method, const EpisodeSettings& settings, Index every, Index window) {
  validate(settings, static_cast<int>(method.network().sizes.back()));
  if (window == 0) window = settings.steps;
  if (every < 1 || window < 1 || settings.steps % window != 0 ||
      (window != settings.steps && window % every != 0))
    autodiff::fail(
        "evolution strategies",
        "{} steps in windows of {} with a query after every {}: each must be a multiple of the next",
        settings.steps, window, every);
  if (method.noise_copies() > 0)
    autodiff::fail("evolution strategies", "the method wants random numbers, which episodes do not have");
  return window;
}

}  // namespace

template <class S>
struct EvolutionStrategies<S>::Impl {
  Impl(const Method& method, const EpisodeSettings& settings, Index every, Index w)
      : window(checked_window(method, settings, every, w)),
        windows(settings.steps / window),
        start(compiled_start<S>(method)),
        step(compiled_window<S>(method, settings, every, window, start.output_shapes())) {}

  using Carry = std::vector<Value<S>>;  // of one particle

  /// The loss of a window, after which the carry is that of its end.
  double go_on(Carry& carry, const Leaves& parameters, std::span<const Value<S>> data) const {
    std::vector<Value<S>> in = values<S>(parameters);
    in.insert(in.end(), carry.begin(), carry.end());
    in.insert(in.end(), data.begin(), data.end());
    auto out = step(in);
    carry.assign(out.begin() + 1, out.end());
    return static_cast<double>(out[0].item());
  }

  Carry begin(const Leaves& parameters, const Synapses<Array<double>>& synapses) const {
    std::vector<Value<S>> in = values<S>(parameters);
    for (const auto& v : values<S>(flatten(synapses))) in.push_back(v);
    return start(in);
  }

  /// A pair of losses for each pair of perturbations of an episode and each window.
  void losses(const Leaves& parameters, const Episode<Array<double>>& episode,
              const EvolutionSettings& settings, const Random& random, std::span<Pair> pairs) const {
    const Index steps = windows * window;
    const StepData<Value<S>> all = step_data(map_leaves(episode.batches, value<S>), steps);
    std::vector<std::vector<Value<S>>> data;
    for (Index w = 0; w < windows; ++w) {
      data.push_back(flatten(cut_steps(all, w * window, window, steps)));
      for (const auto* query : {&episode.query_x, &episode.query_targets})
        data.back().push_back(value<S>(*query));
    }
    auto next = pairs.begin();
    for (std::size_t pair = 0; pair < settings.pairs; ++pair) {
      Random stream = random.split(pair);
      Carry plus_one, minus_one;
      for (std::size_t w = 0; w < data.size(); ++w) {
        const Leaves epsilon = perturbation(stream, parameters, settings);
        const Leaves above = plus(parameters, 1, epsilon), below = plus(parameters, -1, epsilon);
        if (w == 0) plus_one = begin(above, episode.start), minus_one = begin(below, episode.start);
        *next++ = {go_on(plus_one, above, data[w]), go_on(minus_one, below, data[w])};
      }
    }
  }

  /// The estimate from one episode, whose losses are known.
  MetaResult estimate(const Leaves& parameters, const EvolutionSettings& settings, const Random& random,
                      std::span<const Pair> all) const {
    MetaResult result{0, zeros(parameters)};
    const double share = 1 / static_cast<double>(settings.pairs * static_cast<std::size_t>(windows));
    auto next = all.begin();
    for (std::size_t pair = 0; pair < settings.pairs; ++pair) {
      Random stream = random.split(pair);
      Leaves sum = zeros(parameters);
      for (Index w = 0; w < windows; ++w) {
        const auto [high, low] = *next++;
        sum = plus(sum, 1, perturbation(stream, parameters, settings));
        result.gradient =
            plus(result.gradient, share * (high - low) / (2 * settings.sigma * settings.sigma), sum);
        result.loss += share * (high + low) / 2;
      }
    }
    return result;
  }

  Index window, windows;
  autodiff::Function<S> start, step;
};

template <class S>
EvolutionStrategies<S>::EvolutionStrategies(const Method& method, const EpisodeSettings& episode,
                                            Index objective_every, Index window)
    : impl_(std::make_unique<Impl>(method, episode, objective_every, window)) {}
template <class S>
EvolutionStrategies<S>::EvolutionStrategies(EvolutionStrategies&&) noexcept = default;
template <class S>
EvolutionStrategies<S>::~EvolutionStrategies() = default;

template <class S>
MetaResult EvolutionStrategies<S>::operator()(const Leaves& parameters, std::size_t count,
                                              const DrawEpisode& draw, const EvolutionSettings& settings,
                                              const Random& random, Communicator& communicator) {
  check_bounds("evolution strategies", settings);
  if (count == 0) autodiff::fail("evolution strategies", "there is no mean over no episodes");
  const std::size_t width = settings.pairs * static_cast<std::size_t>(impl_->windows);
  const auto losses = shared_out<Pair>(communicator, count, width, [&](std::size_t i, std::span<Pair> row) {
    impl_->losses(parameters, draw(i), settings, random.split(i), row);
  });
  MetaResult mean{0, zeros(parameters)};
  const double share = 1 / static_cast<double>(count);
  constexpr std::size_t at_once = 512;  // estimates that are kept
  for (std::size_t first = 0; first < count; first += at_once) {
    std::vector<MetaResult> results(std::min(at_once, count - first));
    tbb::parallel_for(std::size_t{0}, results.size(), [&](std::size_t k) {
      const std::size_t i = first + k;
      results[k] =
          impl_->estimate(parameters, settings, random.split(i), std::span(losses).subspan(i * width, width));
    });
    for (const MetaResult& r : results) {
      mean.loss += share * r.loss;
      mean.gradient = plus(mean.gradient, share, r.gradient);
    }
  }
  return mean;
}

template class EvolutionStrategies<float>;
template class EvolutionStrategies<double>;

EstimateQuality estimate_quality(const std::vector<Leaves>& draws, const Leaves& reference) {
  const double squares = dot(reference, reference);
  if (draws.size() < 2 || !(squares > 0))
    autodiff::fail("estimate_quality", "{} draws and a reference of length {}: give at least 2, and not 0",
                   draws.size(), std::sqrt(squares));
  const double share = 1 / static_cast<double>(draws.size());
  Leaves mean = zeros(reference);
  EstimateQuality quality;
  for (const Leaves& d : draws) {
    mean = plus(mean, share, d);
    quality.cosine += share * dot(d, reference) / std::sqrt(dot(d, d) * squares);
  }
  for (const Leaves& d : draws) {
    const Leaves off = plus(d, -1, mean);
    quality.variance += share * dot(off, off) / squares;
  }
  const Leaves off = plus(mean, -1, reference);
  quality.bias = std::sqrt(dot(off, off) / squares);
  return quality;
}

ENGRAM_PLASTICITY_END
