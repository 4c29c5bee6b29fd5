#include <engram/laboratory/ranks.hpp>
#include <engram/laboratory/statistics.hpp>
#include <engram/laboratory/tuning.hpp>

#include <fmt/format.h>

#include <cmath>

namespace engram::laboratory {

using namespace plasticity;

namespace {

/// The largest of some numbers among those that may be taken: its place.
std::size_t largest(const std::vector<double>& values, const std::vector<bool>& allowed) {
  std::size_t place = values.size();
  for (std::size_t i = 0; i < values.size(); ++i)
    if (allowed[i] && (place == values.size() || values[i] > values[place])) place = i;
  return place;
}

std::vector<double> differences(const std::vector<double>& a, const std::vector<double>& b) {
  std::vector<double> d(a.size());
  for (std::size_t i = 0; i < a.size(); ++i) d[i] = a[i] - b[i];
  return d;
}

void require_paired(const std::vector<Tried>& candidates) {
  if (candidates.empty())
    autodiff::fail("tune", "there is nothing to choose from: give at least one candidate");
  const std::size_t trials = candidates.front().accuracy.size();
  for (const Tried& c : candidates)
    if (trials == 0 || c.accuracy.size() != trials || c.train_loss.size() != trials)
      autodiff::fail("tune",
                     "candidates were tried {}, {} and {} times: try all equally often, at least once",
                     trials, c.accuracy.size(), c.train_loss.size());
}

std::vector<double> column(const Array<double>& a, Index j) { return {a.col(j).begin(), a.col(j).end()}; }

}  // namespace

std::string to_string(const Candidate& candidate) {
  std::string text = candidate.method;
  for (const double n : candidate.numbers) text += fmt::format(" {}", n);
  return text;
}

Choice choose(const std::vector<Tried>& candidates) {
  require_paired(candidates);
  Choice choice;
  std::vector<bool> allowed;
  for (const Tried& c : candidates) {
    choice.accuracies.push_back(mean_and_error(c.accuracy).mean);
    choice.train_losses.push_back(mean_and_error(c.train_loss).mean);
    allowed.push_back(std::isfinite(choice.accuracies.back()) && std::isfinite(choice.train_losses.back()));
  }
  const std::size_t n = candidates.size();
  const bool any = largest(choice.accuracies, allowed) < n;
  if (!any) allowed.assign(n, true);
  choice.best = choice.chosen = largest(choice.accuracies, allowed);
  for (std::size_t i = 0; i < n; ++i) {
    const auto [mean, error] =
        mean_and_error(differences(candidates[choice.best].accuracy, candidates[i].accuracy));
    choice.behind.push_back(mean);
    choice.errors.push_back(error);
    if (any && allowed[i] && mean <= error && choice.train_losses[i] < choice.train_losses[choice.chosen])
      choice.chosen = i;
  }
  return choice;
}

Choice tune(const std::vector<Candidate>& grid, const EpisodeSettings& episode, const TaskFamily& family,
            std::size_t trials, const Random& random) {
  std::vector<Tried> tried;
  for (const Candidate& c : grid) {
    const Evaluation e = evaluate(c.learn, c.network, episode, family, trials, random, ranks());
    tried.push_back({column(e.accuracy, e.last()), column(e.train_loss, e.last())});
  }
  return choose(tried);
}

std::string tuning_words(std::size_t trials) {
  return fmt::format(
      "{} tuning trials; of the candidates whose accuracy is within one standard error (paired) of the best, "
      "the one with the lowest training loss",
      trials);
}

}  // namespace engram::laboratory
