#include <engram/plasticity/adam.hpp>
#include <engram/plasticity/meta_trainer.hpp>
#include <engram/plasticity/methods/carry_clipped.hpp>
#include <engram/plasticity/rules/learned.hpp>

#include <algorithm>
#include <cmath>
#include <limits>
#include <numbers>

ENGRAM_PLASTICITY_BEGIN
namespace {

using Leaves = std::vector<Array<double>>;

/// What outer steps draw from.
std::vector<Variation> variations_of(const MetaSettings& s) {
  return s.variations.empty() ? std::vector<Variation>{{s.network, s.episode}} : s.variations;
}

/// The median; of an even count, the larger of the two in the middle. What is not finite counts as largest.
double median(std::vector<double> values) {
  for (double& v : values)
    if (!std::isfinite(v)) v = std::numeric_limits<double>::infinity();
  const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
  std::nth_element(values.begin(), middle, values.end());
  return *middle;
}

/// A method compiled for the episodes that it learns.
struct CompiledVariation {
  CompiledVariation(const Method& method, const EpisodeSettings& episode, const MetaSettings& s)
      : meta_gradient(s.carry_clip > 0 ? CarryClipped{method.network(), method, s.carry_clip} : method,
                      episode, s.objective_every, s.window),
        learner(method, episode) {}

  MetaGradient<float> meta_gradient;
  Learner learner;
};

std::vector<CompiledVariation> compiled_rule(const MetaSettings& s) {
  validate(s);
  std::vector<CompiledVariation> list;
  for (const auto& [network, episode] : variations_of(s))
    list.emplace_back(learned_method(network, s.rule), episode, s);
  return list;
}

std::vector<CompiledVariation> compiled_method(const Method& method, const MetaSettings& s) {
  validate(s);
  if (!s.variations.empty())
    autodiff::fail("meta-training", "variations are for rules; another method is made for one network");
  std::vector<CompiledVariation> list;
  list.emplace_back(method, s.episode, s);
  return list;
}

}  // namespace

struct MetaTrainer::Impl {
  using P = Value<double>;

  MetaSettings settings;
  TaskFamily training;
  std::vector<TaskFamily> validation;
  Communicator& communicator;
  Random random;
  std::vector<CompiledVariation> variations;  // one where nothing varies
  MetaCounts counts;                          // but for the powers, which are in `adam`
  Leaves parameters, average, best;
  AdamState<P> adam;

  /// The parameters start where the method has them start.
  Impl(const MetaSettings& s, const Method& method, std::vector<CompiledVariation> compiled, TaskFamily t,
       std::vector<TaskFamily> v, Communicator& c)
      : settings(s),
        training(std::move(t)),
        validation(std::move(v)),
        communicator(c),
        random(s.seed),
        variations(std::move(compiled)),
        parameters(method.initial(random.split("theta"))),
        average(parameters),
        best(parameters) {
    reset_adam();
  }

  static std::vector<P> values(const Leaves& leaves) { return {leaves.begin(), leaves.end()}; }
  void reset_adam() { adam = adam_start(values(parameters)); }

  double learning_rate() const {
    const double done = static_cast<double>(counts.step) / static_cast<double>(settings.outer_steps),
                 cosine = 0.05 + 0.95 * 0.5 * (1 + std::cos(std::numbers::pi * done));
    return settings.learning_rate * cosine *
           std::pow(settings.cool_down, static_cast<double>(counts.rolled_back));
  }

  void move(const Leaves& gradient, double gradient_norm) {
    const double factor = std::min(1.0, settings.clip / gradient_norm);
    std::vector<P> clipped;
    for (const auto& g : gradient) clipped.emplace_back(g * factor);
    const auto moved =
        adam_step<P>({P(learning_rate()), P(0.9), P(0.999), P(1e-8)}, adam, values(parameters), clipped);
    for (std::size_t k = 0; k < moved.size(); ++k) parameters[k] = moved[k].array();
  }

  void go_back() {
    parameters = average = best;
    reset_adam();
    counts.skipped_in_a_row = 0;
    ++counts.rolled_back;
  }

  /// The first steps are forgotten sooner, or the start would weigh too much.
  void update_average() {
    const auto steps = static_cast<double>(counts.step);
    const double kept = std::min(settings.averaging, (steps + 1) / (steps + 10));
    for (std::size_t k = 0; k < average.size(); ++k) average[k] += (1 - kept) * (parameters[k] - average[k]);
  }

  double validate_average() const {
    double total = 0;
    for (const CompiledVariation& variation : variations)
      for (const auto& family : validation) {
        const auto result = evaluate(variation.learner, average, family, settings.validation_trials,
                                     random.split("validation"), communicator);
        total += result.final_accuracy();
      }
    return total / static_cast<double>(variations.size() * validation.size());
  }

  CompiledVariation& drawn_variation() {
    Random draw = random.split("variation").split(static_cast<std::uint64_t>(counts.step));
    return variations[draw.integer(variations.size())];
  }

  /// What the tasks of this step say.
  MetaResult ask() {
    const Random tasks = random.split("training").split(static_cast<std::uint64_t>(counts.step));
    CompiledVariation& now = drawn_variation();
    return now.meta_gradient(
        parameters, settings.tasks,
        [&](std::size_t i) {
          return draw_trial(training, now.learner.network(), now.learner.episode(), tasks, i);
        },
        settings.task_clip, communicator);
  }

  StepReport report_of(const MetaResult& result) const {
    StepReport r;
    r.loss = result.loss;
    r.gradient_norm = norm(result.gradient);
    r.median_norm = median(result.norms);
    for (const double n : result.norms) {
      if (!std::isfinite(n))
        ++r.lost;
      else if (settings.task_clip > 0 && n > settings.task_clip)
        ++r.clipped;
    }
    r.skipped = !(r.median_norm <= settings.skip_above) || !std::isfinite(r.gradient_norm);
    return r;
  }

  StepReport run() {
    const MetaResult result = ask();
    StepReport report = report_of(result);
    counts.clipped_tasks += report.clipped;
    counts.lost_tasks += report.lost;
    if (report.skipped) {
      ++counts.skipped;
      report.rolled_back = ++counts.skipped_in_a_row >= settings.patience;
      if (report.rolled_back) go_back();
    } else {
      counts.skipped_in_a_row = 0;
      move(result.gradient, report.gradient_norm);
    }
    report.step = ++counts.step;
    update_average();
    if (!validation.empty() &&
        (counts.step % settings.validate_every == 0 || counts.step == settings.outer_steps)) {
      report.validation = validate_average();
      if (*report.validation > counts.best_validation) {
        counts.best_validation = *report.validation;
        counts.best_step = counts.step;
        best = average;
        report.is_best = true;
      } else if (*report.validation < counts.best_validation - settings.setback) {
        go_back();
        report.rolled_back = true;
      }
    }
    return report;
  }
};

MetaTrainer::MetaTrainer(const MetaSettings& settings, TaskFamily training,
                         std::vector<TaskFamily> validation, Communicator& communicator)
    : impl_(std::make_unique<Impl>(settings, learned_method(settings.network, settings.rule),
                                   compiled_rule(settings), std::move(training), std::move(validation),
                                   communicator)) {}
MetaTrainer::MetaTrainer(const MetaSettings& settings, const Method& method, TaskFamily training,
                         std::vector<TaskFamily> validation, Communicator& communicator)
    : impl_(std::make_unique<Impl>(settings, method, compiled_method(method, settings), std::move(training),
                                   std::move(validation), communicator)) {}
MetaTrainer::MetaTrainer(MetaTrainer&&) noexcept = default;
MetaTrainer::~MetaTrainer() = default;

bool MetaTrainer::done() const { return impl_->counts.step >= impl_->settings.outer_steps; }
StepReport MetaTrainer::step() { return impl_->run(); }
const MetaSettings& MetaTrainer::settings() const { return impl_->settings; }
const std::vector<Array<double>>& MetaTrainer::parameters() const { return impl_->parameters; }
const std::vector<Array<double>>& MetaTrainer::best_parameters() const {
  return impl_->counts.best_step ? impl_->best : impl_->average;
}
Theta<Array<double>> MetaTrainer::theta() const {
  return unflatten(theta_shapes(settings().rule), std::span(parameters()));
}
Theta<Array<double>> MetaTrainer::best() const {
  return unflatten(theta_shapes(settings().rule), std::span(best_parameters()));
}
double MetaTrainer::best_validation() const { return impl_->counts.best_validation; }
long MetaTrainer::best_step() const { return impl_->counts.best_step; }
long MetaTrainer::skipped() const { return impl_->counts.skipped; }

MetaState MetaTrainer::state() const {
  const Impl& i = *impl_;
  const auto arrays = [](const std::vector<Value<double>>& values) {
    std::vector<Array<double>> list;
    for (const auto& v : values) list.emplace_back(v.array());
    return list;
  };
  MetaState state{i.counts, i.parameters, i.average, i.best, arrays(i.adam.m), arrays(i.adam.v)};
  state.beta1_power = i.adam.beta1_power.item();
  state.beta2_power = i.adam.beta2_power.item();
  return state;
}

void MetaTrainer::restore(const MetaState& state) {
  Impl& i = *impl_;
  validate(state, i.settings.outer_steps);
  if (!alike(state.theta, i.parameters)) autodiff::fail("restore", "the state is of a rule of another form");
  i.counts = state;
  i.parameters = state.theta;
  i.average = state.average;
  i.best = state.best;
  i.adam = {Impl::values(state.m), Impl::values(state.v), Value<double>(state.beta1_power),
            Value<double>(state.beta2_power)};
}

ENGRAM_PLASTICITY_END
