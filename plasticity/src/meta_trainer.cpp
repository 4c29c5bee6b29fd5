#include <engram/plasticity/adam.hpp>
#include <engram/plasticity/meta_trainer.hpp>
#include <engram/plasticity/rules/learned.hpp>

#include <algorithm>
#include <cmath>
#include <numbers>

ENGRAM_PLASTICITY_BEGIN
namespace {

/// One way to train, checked.
void validate(const Variation& v, const MetaSettings& s) {
  using autodiff::fail;
  validate(v.network);
  validate(v.episode, static_cast<int>(v.network.sizes.back()));
  if (v.network.activation != s.rule.activation || v.network.bias_neuron != s.rule.bias_neuron)
    fail("meta-training", "the network's activation and bias neuron are not those of the rule's settings");
  const auto &a = v.network.sizes, &b = s.network.sizes;
  if (a.front() != b.front() || a.back() != b.back())
    fail("meta-training",
         "a variation has {} inputs and {} outputs, the network {} and {}: all learn the same tasks",
         a.front(), a.back(), b.front(), b.back());
}

/// What outer steps draw from.
std::vector<Variation> variations_of(const MetaSettings& s) {
  return s.variations.empty() ? std::vector<Variation>{{s.network, s.episode}} : s.variations;
}

}  // namespace

void validate(const MetaSettings& s) {
  check_bounds("meta-training", s);
  validate(s.rule);
  validate({s.network, s.episode}, s);
  for (const Variation& v : s.variations) validate(v, s);
}

namespace {

using Leaves = std::vector<Array<double>>;

double norm(const Leaves& leaves) {
  double squares = 0;
  for (const auto& leaf : leaves) squares += leaf.square().sum();
  return std::sqrt(squares);
}

/// Whether the leaves have the same shapes.
bool alike(const Leaves& a, const Leaves& b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(), [](const auto& x, const auto& y) {
    return x.rows() == y.rows() && x.cols() == y.cols();
  });
}

/// A method compiled for the episodes that it learns.
struct Compiled {
  Compiled(const Method& method, const EpisodeSettings& episode, const MetaSettings& s)
      : meta_gradient(method, episode, s.objective_every, s.window), learner(method, episode) {}

  MetaGradient<float> meta_gradient;
  Learner learner;
};

std::vector<Compiled> compiled_rule(const MetaSettings& s) {
  validate(s);
  std::vector<Compiled> list;
  for (const auto& [network, episode] : variations_of(s))
    list.emplace_back(learned_method(network, s.rule), episode, s);
  return list;
}

std::vector<Compiled> compiled_method(const Method& method, const MetaSettings& s) {
  validate(s);
  if (!s.variations.empty())
    autodiff::fail("meta-training", "variations are for rules; another method is made for one network");
  std::vector<Compiled> list;
  list.emplace_back(method, s.episode, s);
  return list;
}

}  // namespace

struct MetaTrainer::Impl {
  using P = Value<double>;

  MetaSettings settings;
  TaskFamily training;
  std::vector<TaskFamily> validation;
  Random random;
  std::vector<Compiled> variations;  // one where nothing varies
  Leaves parameters, best;
  AdamState<P> adam;
  long step = 0, best_step = 0, skipped = 0, skipped_in_a_row = 0;
  double best_validation = -1;

  /// The parameters start where the method has them start.
  Impl(const MetaSettings& s, const Method& method, std::vector<Compiled> compiled, TaskFamily t,
       std::vector<TaskFamily> v)
      : settings(s),
        training(std::move(t)),
        validation(std::move(v)),
        random(s.seed),
        variations(std::move(compiled)),
        parameters(method.initial(random.split("theta"))),
        best(parameters) {
    reset_adam();
  }

  static std::vector<P> values(const Leaves& leaves) { return {leaves.begin(), leaves.end()}; }
  void reset_adam() { adam = adam_start(values(parameters)); }

  double learning_rate() const {
    const double done = static_cast<double>(step) / static_cast<double>(settings.outer_steps);
    return settings.learning_rate * (0.05 + 0.95 * 0.5 * (1 + std::cos(std::numbers::pi * done)));
  }

  void move(const Leaves& gradient, double gradient_norm) {
    const double factor = std::min(1.0, settings.clip / gradient_norm);
    std::vector<P> clipped;
    for (const auto& g : gradient) clipped.emplace_back(g * factor);
    const auto moved =
        adam_step<P>({P(learning_rate()), P(0.9), P(0.999), P(1e-8)}, adam, values(parameters), clipped);
    for (std::size_t k = 0; k < moved.size(); ++k) parameters[k] = moved[k].array();
  }

  double validate_parameters() const {
    double total = 0;
    for (const Compiled& variation : variations)
      for (const auto& family : validation) {
        const auto result = evaluate(variation.learner, parameters, family, settings.validation_trials,
                                     random.split("validation"));
        total += result.final_accuracy();
      }
    return total / static_cast<double>(variations.size() * validation.size());
  }

  Compiled& drawn_variation() {
    Random draw = random.split("variation").split(static_cast<std::uint64_t>(step));
    return variations[draw.integer(variations.size())];
  }

  StepReport run() {
    const Random tasks = random.split("training").split(static_cast<std::uint64_t>(step));
    Compiled& now = drawn_variation();
    const MetaResult result = now.meta_gradient(parameters, settings.tasks, [&](std::size_t i) {
      return draw_trial(training, now.learner.network(), now.learner.episode(), tasks, i);
    });
    StepReport report;
    report.loss = result.loss;
    report.gradient_norm = norm(result.gradient);
    report.skipped = !(report.gradient_norm <= settings.skip_above);  // a NaN is skipped too
    if (report.skipped) {
      ++skipped;
      if (++skipped_in_a_row >= settings.patience) {
        parameters = best;
        reset_adam();
        skipped_in_a_row = 0;
        report.rolled_back = true;
      }
    } else {
      skipped_in_a_row = 0;
      move(result.gradient, report.gradient_norm);
    }
    report.step = ++step;
    if (!validation.empty() && (step % settings.validate_every == 0 || step == settings.outer_steps)) {
      report.validation = validate_parameters();
      if (*report.validation > best_validation) {
        best_validation = *report.validation;
        best_step = step;
        best = parameters;
        report.is_best = true;
      }
    }
    return report;
  }
};

MetaTrainer::MetaTrainer(const MetaSettings& settings, TaskFamily training,
                         std::vector<TaskFamily> validation)
    : impl_(std::make_unique<Impl>(settings, learned_method(settings.network, settings.rule),
                                   compiled_rule(settings), std::move(training), std::move(validation))) {}
MetaTrainer::MetaTrainer(const MetaSettings& settings, const Method& method, TaskFamily training,
                         std::vector<TaskFamily> validation)
    : impl_(std::make_unique<Impl>(settings, method, compiled_method(method, settings), std::move(training),
                                   std::move(validation))) {}
MetaTrainer::MetaTrainer(MetaTrainer&&) noexcept = default;
MetaTrainer::~MetaTrainer() = default;

bool MetaTrainer::done() const { return impl_->step >= impl_->settings.outer_steps; }
StepReport MetaTrainer::step() { return impl_->run(); }
const MetaSettings& MetaTrainer::settings() const { return impl_->settings; }
const std::vector<Array<double>>& MetaTrainer::parameters() const { return impl_->parameters; }
const std::vector<Array<double>>& MetaTrainer::best_parameters() const {
  return impl_->best_step ? impl_->best : impl_->parameters;
}
Theta<Array<double>> MetaTrainer::theta() const {
  return unflatten(theta_shapes(settings().rule), std::span(parameters()));
}
Theta<Array<double>> MetaTrainer::best() const {
  return unflatten(theta_shapes(settings().rule), std::span(best_parameters()));
}
double MetaTrainer::best_validation() const { return impl_->best_validation; }
long MetaTrainer::best_step() const { return impl_->best_step; }
long MetaTrainer::skipped() const { return impl_->skipped; }

MetaState MetaTrainer::state() const {
  const Impl& i = *impl_;
  const auto arrays = [](const std::vector<Value<double>>& values) {
    std::vector<Array<double>> list;
    for (const auto& v : values) list.emplace_back(v.array());
    return list;
  };
  return {{i.step, i.best_step, i.skipped, i.skipped_in_a_row, i.best_validation, i.adam.beta1_power.item(),
           i.adam.beta2_power.item()},
          i.parameters,
          i.best,
          arrays(i.adam.m),
          arrays(i.adam.v)};
}

void validate(const MetaState& s, long outer_steps) {
  check_bounds("state", static_cast<const MetaCounts&>(s));
  const auto at_most = [](const char* name, long value, const char* what, long most) {
    if (value > most) autodiff::fail("state", "{} is {}, and {} only {}", name, value, what, most);
  };
  at_most("step", s.step, "the outer steps are", outer_steps);
  at_most("best_step", s.best_step, "step is", s.step);
  at_most("skipped", s.skipped, "step is", s.step);
  at_most("skipped_in_a_row", s.skipped_in_a_row, "skipped is", s.skipped);
  if (s.best_step > 0 && s.best_validation < 0)
    autodiff::fail("state", "best_validation is {}, and no accuracy is below 0", s.best_validation);
  for (const auto* leaves : {&s.best, &s.m, &s.v})
    if (!alike(*leaves, s.theta)) autodiff::fail("state", "theta, best, m and v are not of one form");
  for (const Array<double>& leaf : s.v)
    if (!(leaf >= 0).all()) autodiff::fail("state", "v has negative numbers, and is a mean of squares");
}

void MetaTrainer::restore(const MetaState& state) {
  Impl& i = *impl_;
  validate(state, i.settings.outer_steps);
  if (!alike(state.theta, i.parameters)) autodiff::fail("restore", "the state is of a rule of another form");
  i.step = state.step;
  i.best_step = state.best_step;
  i.skipped = state.skipped;
  i.skipped_in_a_row = state.skipped_in_a_row;
  i.best_validation = state.best_validation;
  i.parameters = state.theta;
  i.best = state.best;
  i.adam = {Impl::values(state.m), Impl::values(state.v), Value<double>(state.beta1_power),
            Value<double>(state.beta2_power)};
}

ENGRAM_PLASTICITY_END
