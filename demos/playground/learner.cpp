#include "learner.hpp"

#include <engram/plasticity/inner_losses/entropy_minimisation.hpp>
#include <engram/plasticity/rules/feedback_alignment.hpp>
#include <engram/plasticity/rules/hebb.hpp>
#include <engram/plasticity/rules/learned.hpp>

#include <algorithm>

namespace engram::demos::playground {

using namespace plasticity;
using P = Value<double>;
// GCC 12 finds it unsatisfied in the first template below, unless asked here.
static_assert(Differentiable<P>);

namespace {

/// A rule whose signals can be seen.
template <class MakeRule>
Way rule_way(const Network& network, const StepSettings& settings, const MakeRule& make,
             std::vector<Array<double>> parameters) {
  const std::vector<P> leaves(parameters.begin(), parameters.end());
  const auto rule = make(std::span<const P>(leaves));
  Way way{RuleMethod{network, settings, make}, std::move(parameters), {}};
  way.signals = [network, settings, rule](const Synapses<P>& synapses, const Batches<P>& batch) {
    return step_signals(network, settings, rule, synapses, batch);
  };
  return way;
}

std::vector<Array<double>> numbers(std::initializer_list<double> list) {
  std::vector<Array<double>> all;
  for (const double n : list) all.push_back(Array<double>::Constant(1, 1, n));
  return all;
}

const RuleFile& rule_named(const Rules& rules, const std::string& name) {
  const auto found = rules.find(name);
  if (found == rules.end())
    autodiff::fail("playground", "no rule '{}' is loaded; choose another, or drop its file again", name);
  return found->second;
}

/// The same numbers in other places.
template <class S>
void shuffle(Array<S>& w, Random random) {
  for (Index i = w.size(); i > 1; --i)
    std::swap(w.data()[i - 1], w.data()[static_cast<Index>(random.integer(static_cast<std::uint64_t>(i)))]);
}

template <class S>
std::vector<Value<S>> values(const std::vector<Array<double>>& arrays) {
  std::vector<Value<S>> all;
  for (const Array<double>& a : arrays) all.emplace_back(Array<S>(a.cast<S>()));
  return all;
}

/// A compiled function with the memory that its runs share.
template <class S>
class Runs {
 public:
  explicit Runs(const autodiff::Function<S>& function)
      : function_(function), workspace_(function.workspace()) {}
  std::vector<Value<S>> operator()(const std::vector<Value<S>>& inputs) {
    std::vector<Value<S>> results;
    std::vector<const S*> from;
    std::vector<S*> to;
    for (const Value<S>& v : inputs) from.push_back(v.data());
    for (const Shape shape : function_.output_shapes()) to.push_back(results.emplace_back(shape).data());
    function_.run(workspace_, from, to);
    return results;
  }

 private:
  const autodiff::Function<S>& function_;
  typename autodiff::Function<S>::Workspace workspace_;
};

template <class T>
std::vector<T> joined(std::vector<T> list, const std::vector<T>& more) {
  list.insert(list.end(), more.begin(), more.end());
  return list;
}

template <class S>
autodiff::Function<S> compiled_start(const Method& method) {
  const Synapses<Shape> form = synapse_shapes(method.network());
  const std::size_t own = method.parameters().size();
  return autodiff::compile<S>(
      [&](std::span<const Variable<S>> in) {
        return method.start(unflatten(form, in.subspan(own)), in.first(own));
      },
      joined(method.parameters(), flatten(form)));
}

/// Of parameters, the batch, the part of the steps that lies behind, and the carry: the next carry.
template <class S>
autodiff::Function<S> compiled_step(const Method& method, const std::vector<Shape>& carry, Index examples) {
  const std::size_t own = method.parameters().size();
  const Batches<Shape> form{
      {examples, method.network().sizes.front()}, {examples, method.network().sizes.back()}, {examples, 1}};
  const std::vector<Shape> batch = joined(flatten(form), {Shape{1, 1}});
  return autodiff::compile<S>(
      [&](std::span<const Variable<S>> in) {
        const StepData<Variable<S>> data{unflatten(form, in.subspan(own, 3)), in[own + 3], {}, {}};
        return method.step(in.subspan(own + 4), data, in.first(own));
      },
      joined(joined(method.parameters(), batch), carry));
}

/// Accuracy on the query, and loss on the labelled points.
template <class S>
std::vector<Variable<S>> judged(const Network& network, const std::vector<Variable<S>>& weights,
                                std::span<const Variable<S>> in) {
  const Variable<S> right = accuracy(logits(network, weights, in[0]), in[1]);
  return {right, mean_loss(network, weights, in[2], in[3])};
}

template <class S>
autodiff::Function<S> compiled_judge(const Network& network, const EpisodeSettings& settings) {
  const plasticity::Episode<Shape> form = episode_shapes(network, settings);
  return autodiff::compile<S>(
      [&](std::span<const Variable<S>> in) {
        return judged(network, std::vector<Variable<S>>(in.begin() + 4, in.end()), in);
      },
      joined({form.query_x, form.query_targets, form.labelled_x, form.labelled_targets}, form.start.forward));
}

}  // namespace

Network network_of(const Json& request, const Rules& rules) {
  Network network;
  network.sizes.assign(request.at("layers").get<std::size_t>() + 2, request.at("hidden").get<Index>());
  network.sizes.front() = network.sizes.back() = 2;
  for (const Json& learner : request.at("learners"))
    if (learner.at("kind") == "rule") {
      const RuleSettings& s = rule_named(rules, learner.at("rule").get<std::string>()).settings;
      network.activation = s.activation;
      network.bias_neuron = s.bias_neuron;
      break;
    }
  validate(network);
  return network;
}

Way way_of(const Json& learner, bool cut_feedback, const Network& network, const Rules& rules) {
  const std::string kind = learner.at("kind").get<std::string>();
  if (kind == "rule") {
    RuleFile rule = rule_named(rules, learner.at("rule").get<std::string>());
    if (cut_feedback) rule.settings.feedback = FeedbackWeights::none;
    if (rule.kind != MakeLearnedRule::kind) return {rule.method(network), rule.parameters, {}};
    return rule_way(network, rule.settings, MakeLearnedRule{rule.settings}, rule.parameters);
  }
  const double step = learner.at("step").get<double>();
  StepSettings settings(UpdateScale::none);
  if (cut_feedback) settings.feedback = FeedbackWeights::none;
  if (kind == "sgd") return {GradientDescent<Supervised>{network, Optimizer::sgd, {}}, numbers({step}), {}};
  if (kind == "adam") return {GradientDescent<Supervised>{network, Optimizer::adam, {}}, numbers({step}), {}};
  if (kind == "entropy")
    return {GradientDescent<EntropyMinimisation>{network, Optimizer::adam, {}}, numbers({step, 0.3}), {}};
  if (kind == MakeFeedbackAlignment::kind)
    return rule_way(network, settings, MakeFeedbackAlignment{network.activation}, numbers({step}));
  if (kind == MakeHebb::kind) return rule_way(network, settings, MakeHebb{}, numbers({step}));
  autodiff::fail("playground", "there is no way to learn called '{}'", kind);
}

std::vector<P> Course::carry(std::size_t step) const {
  return std::visit(
      [&](const auto& all) {
        std::vector<P> carry;
        for (const auto& v : all.at(step))
          carry.emplace_back(Array<double>(v.array().template cast<double>()));
        return carry;
      },
      carries);
}

template <class S>
Steps<S>::Steps(const Way& way, const EpisodeSettings& s)
    : method_(way.method),
      start_(compiled_start<S>(method_)),
      step_(compiled_step<S>(method_, {start_.output_shapes().begin(), start_.output_shapes().end()},
                             s.labelled + s.unlabelled)),
      judge_(compiled_judge<S>(method_.network(), s)) {}

template <class S>
Course Steps<S>::operator()(const std::vector<Array<double>>& parameters, const Episode& e, Index steps,
                            Index shuffle_at, const Random& random) const {
  const std::vector<Value<S>> p = values<S>(parameters);
  const std::vector<Value<S>> judges =
      values<S>({e.query_x, e.query_targets, e.labelled_x, e.labelled_targets});
  const std::vector<Value<S>> shown = values<S>(flatten(e.batches));
  const std::size_t depth = method_.network().depth();
  Runs<S> step(step_), judge(judge_);
  Course course;
  Carries<S>& carries = course.carries.template emplace<Carries<S>>();
  std::vector<Value<S>> carry = start_(joined(p, values<S>(flatten(e.start))));
  for (Index t = 0;; ++t) {
    if (t == shuffle_at && carry.size() == 3 * depth + 1)  // of a rule: it has lateral weights
      for (std::size_t l = 2 * depth; l < carry.size(); ++l) {
        Array<S> w = carry[l].array();
        shuffle(w, random.split(l));
        carry[l] = Value<S>(w);
      }
    const std::vector<Value<S>> forward(carry.begin(), carry.begin() + static_cast<std::ptrdiff_t>(depth));
    const std::vector<Value<S>> verdict = judge(joined(judges, forward));
    course.accuracy.push_back(verdict[0].item());
    course.loss.push_back(verdict[1].item());
    carries.push_back(carry);
    if (t == steps) return course;
    std::vector<Value<S>> in = p;
    for (const Value<S>& all : shown) {
      const Index rows = all.rows() / steps;
      in.push_back(all.alias(t * rows * all.columns(), {rows, all.columns()}));
    }
    in.emplace_back(static_cast<S>(t) / static_cast<S>(steps));
    carry = step(joined(std::move(in), carry));
  }
}

template class Steps<float>;
template class Steps<double>;

}  // namespace engram::demos::playground
