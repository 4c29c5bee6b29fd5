/// What all ways to learn an episode have in common: they start from initial weights, take steps, and have
/// parameters, which are tuned or meta-learned.
///
/// A method is a small class, for instance
///
///     struct Descent {
///       Network network;
///       std::vector<Shape> parameters() const { return {{1, 1}}; }
///       template <class T> std::vector<T> start(const Synapses<T>& s, std::span<const T> p) const;
///       template <class T>
///       std::vector<T> step(std::span<const T> carry, const StepData<T>& data, std::span<const T> p) const;
///     };
///
/// where the carry is what goes from step to step: the forward weights first, then whatever the method needs.
/// A method may also have `Index noise_copies() const`, which tells how many sets of random numbers of the
/// batch's shape it wants, and `std::vector<Array<double>> initial(Random) const`, the parameters that
/// meta-training starts from.
#pragma once

#include <engram/plasticity/episode.hpp>

#include <memory>

ENGRAM_PLASTICITY_BEGIN

/// What a method gets in a step; of all steps below each other.
template <class T>
struct StepData {
  Batches<T> batch;
  T progress;            ///< 1x1: the part of all steps that lies behind, 0 to below 1
  std::vector<T> noise;  ///< standard normal numbers, each of the shape of batch.x
  std::vector<T> cut;    ///< none, or 1x1: 1 where derivatives do not go back beyond this step, else 0

  static constexpr auto members =
      std::tuple{&StepData::batch, &StepData::progress, &StepData::noise, &StepData::cut};
};

/// All steps' data, without noise. With a window, derivatives go back through at most so many steps.
template <class T>
StepData<T> step_data(const Batches<T>& batches, Index steps, Index window = 0) {
  using Scalar = typename T::Scalar;
  Array<Scalar> progress(steps, 1), cut(steps, 1);
  for (Index t = 0; t < steps; ++t) {
    progress(t, 0) = static_cast<Scalar>(t) / static_cast<Scalar>(steps);
    cut(t, 0) = window > 0 && t > 0 && t % window == 0;
  }
  StepData<T> data{batches, constant_like(batches.x, Value<Scalar>(progress)), {}, {}};
  if (window > 0 && window < steps) data.cut = {constant_like(batches.x, Value<Scalar>(cut))};
  return data;
}

/// The part that belongs to `count` of all steps, from the step `first` on: of `StepData`, or of anything
/// else whose leaves hold the steps below each other.
template <template <class> class Tree, Differentiable T>
Tree<T> cut_steps(const Tree<T>& all, Index first, Index count, Index steps) {
  return map_leaves(all, [&](const T& m) {
    const Index rows = m.rows() / steps;
    return slice_rows(m, first * rows, count * rows);
  });
}

/// Any method behind one type. Copies share it; it does not change.
class Method {
 public:
  template <class M>
  requires(!std::is_same_v<M, Method>) Method(M method)
      : self_(std::make_shared<Model<M>>(std::move(method))) {}

  const Network& network() const { return self_->network(); }
  std::vector<Shape> parameters() const { return self_->parameters(); }
  Index noise_copies() const { return self_->noise_copies(); }
  /// Throws std::invalid_argument if the method's parameters are not for meta-learning.
  std::vector<Array<double>> initial(Random random) const { return self_->initial(random); }

  template <class T>
  std::vector<T> start(const Synapses<T>& synapses, std::span<const T> parameters) const {
    return self_->start(synapses, parameters);
  }
  template <class T>
  std::vector<T> step(std::span<const T> carry, const StepData<T>& data,
                      std::span<const T> parameters) const {
    return self_->step(carry, data, parameters);
  }

 private:
  template <class T>
  struct Steps {
    virtual std::vector<T> start(const Synapses<T>&, std::span<const T>) const = 0;
    virtual std::vector<T> step(std::span<const T>, const StepData<T>&, std::span<const T>) const = 0;
  };
  struct Interface : Steps<Variable<float>>, Steps<Variable<double>> {
    using Steps<Variable<float>>::start, Steps<Variable<double>>::start;
    using Steps<Variable<float>>::step, Steps<Variable<double>>::step;
    virtual ~Interface() = default;
    virtual const Network& network() const = 0;
    virtual std::vector<Shape> parameters() const = 0;
    virtual Index noise_copies() const = 0;
    virtual std::vector<Array<double>> initial(Random) const = 0;
  };
  template <class M>
  struct Model final : Interface {
    explicit Model(M m) : method(std::move(m)) { validate(method.network); }

    const Network& network() const override { return method.network; }
    std::vector<Shape> parameters() const override { return method.parameters(); }
    Index noise_copies() const override {
      if constexpr (requires { method.noise_copies(); })
        return method.noise_copies();
      else
        return 0;
    }
    std::vector<Array<double>> initial(Random random) const override {
      if constexpr (requires { method.initial(random); })
        return method.initial(random);
      else
        autodiff::fail("method", "its parameters are tuned, not meta-learned: there is no start for them");
    }

    using F = Variable<float>;
    using D = Variable<double>;
    std::vector<F> start(const Synapses<F>& s, std::span<const F> p) const override {
      return method.start(s, p);
    }
    std::vector<D> start(const Synapses<D>& s, std::span<const D> p) const override {
      return method.start(s, p);
    }
    std::vector<F> step(std::span<const F> c, const StepData<F>& d, std::span<const F> p) const override {
      return method.step(c, d, p);
    }
    std::vector<D> step(std::span<const D> c, const StepData<D>& d, std::span<const D> p) const override {
      return method.step(c, d, p);
    }

    M method;
  };

  std::shared_ptr<const Interface> self_;
};

/// The network that a method trains.
template <class M>
const Network& network_of(const M& method) {
  if constexpr (std::is_same_v<M, Method>)
    return method.network();
  else
    return method.network;
}

/// The forward weights in a method's carry.
template <class T, class M>
std::vector<T> weights_of(const M& method, std::span<const T> carry) {
  return {carry.begin(), carry.begin() + static_cast<std::ptrdiff_t>(network_of(method).depth())};
}

/// Many steps of a method as one loop. The constants begin with the method's parameters;
/// `observe(weights, constants)` says after every step what to report of the forward weights, as a vector.
/// `keep` is what is stored for the derivative.
template <Differentiable T, class M, class Observe>
autodiff::StepResult<T> learn(const M& method, const std::vector<T>& carry, const StepData<T>& data,
                              const std::vector<T>& constants, Index steps, const Observe& observe,
                              autodiff::Keep keep = autodiff::Keep::automatic) {
  const std::size_t parameters = method.parameters().size();
  const auto body = [&](std::span<const T> in, std::span<const T> x, std::span<const T> c) {
    const StepData<T> now = unflatten(data, x);
    std::vector<T> before(in.begin(), in.end());
    if (!now.cut.empty())
      for (T& leaf : before) leaf = select(now.cut[0], stop_gradient(leaf), leaf);
    std::vector<T> next = method.step(std::span<const T>(before), now, c.first(parameters));
    std::vector<T> observed = observe(weights_of<T>(method, next), c);
    return autodiff::StepResult<T>{std::move(next), std::move(observed)};
  };
  return autodiff::scan(body, carry, flatten(data), constants, steps, keep);
}

ENGRAM_PLASTICITY_END
