#include <engram/laboratory/figure2/claims.hpp>

#include <fmt/format.h>

#include <cctype>

namespace engram::laboratory {

using namespace plasticity;

namespace {

using Evaluations = std::vector<Evaluation>;

constexpr const char* accuracy_words[]{"lower than", "not distinguishable from", "higher than"};
constexpr const char* loss_words[]{"lower", "not distinguishable", "higher"};

template <class Words>
const char* words_for(const Words& words, Side side) {
  return words[static_cast<int>(side)];
}

/// The rule's training losses minus backprop's; nothing if some are not finite.
std::optional<Side> side_of_losses(const Evaluations& rule, const Evaluations& backprop) {
  const Trials difference =
      train_loss_at(rule, rule.at(0).last()) - train_loss_at(backprop, backprop.at(0).last());
  if (!difference.allFinite()) return std::nullopt;
  return side_of(interval_of(difference));
}

std::string loss_text(const Evaluations& rule, const Evaluations& backprop) {
  const auto side = side_of_losses(rule, backprop);
  if (!side) return "not every training loss is finite";
  const auto mean = [](const Evaluations& e) { return mean_of(train_loss_at(e, e.at(0).last())).mean; };
  return fmt::format("training loss is {}, {:.2g} against {:.2g}", words_for(loss_words, *side), mean(rule),
                     mean(backprop));
}

/// In how many seeds the rule of that seed alone has a gain above 0.
std::string seeds_text(const Evaluations& rule, const Evaluations& backprop) {
  if (rule.size() < 2) return "";
  std::size_t above = 0;
  for (std::size_t i = 0; i < rule.size(); ++i)
    above += side_of(compare({rule[i]}, {backprop[i]}).interval) == Side::above;
  return fmt::format(" The gain over one setting is above 0 for {} of {} rules, each by its own trials.",
                     above, rule.size());
}

/// What is to be said if the gain over the most accurate setting lies on another side than that over the
/// chosen one.
std::string caveat(const FamilyResult& r, Side chosen) {
  const Interval gain = compare(r.rule(), r.by_accuracy.evaluations).interval;
  if (side_of(gain) == chosen) return "";
  return fmt::format("but over {}, which tuning finds as accurate, the gain is {}.", r.by_accuracy.title,
                     gain_text(gain));
}

std::string capital(std::string text) {
  text[0] = static_cast<char>(std::toupper(static_cast<unsigned char>(text[0])));
  return text;
}

}  // namespace

std::string Claim::verdict() const {
  if (!shown) return text;
  return text + (*shown ? " As in the paper" : " Not as in the paper") +
         (caveat.empty() ? "." : "; " + caveat);
}

Claim claim_of(const FamilyResult& r) {
  const BothGains gains = compare(r.rule(), r.backprop);
  const Side one = side_of(gains.one_setting.interval), best = side_of(gains.best_case.interval);
  const Evaluations& backprop = r.backprop.one_setting.evaluations;
  std::string text =
      fmt::format("{}: test accuracy is {} backprop's with one setting, {}", capital(title_of(r.family)),
                  words_for(accuracy_words, one), gain_text(gains.one_setting.interval));
  text += r.backprop.same() ? ", which is its best case too"
                            : fmt::format(", and {} its best case, {}", words_for(accuracy_words, best),
                                          gain_text(gains.best_case.interval));
  text += "; " + loss_text(r.rule(), backprop) + "." + seeds_text(r.rule(), backprop);
  const bool more_loss = side_of_losses(r.rule(), backprop) == Side::above;
  if (r.family.name == "two_moons") return {text, one == Side::above, caveat(r, one)};
  if (r.family.name.ends_with("gaussians")) return {text, one == Side::above && more_loss, caveat(r, one)};
  return {text, std::nullopt};
}

std::string claims_words() {
  return "The paper claims that the rule has a higher test accuracy than backprop on two moons, which it was "
         "trained on, and on two Gaussians, which it never met, there with a far higher training loss. Its "
         "backprop has one setting. Higher and lower mean that the 95 % interval of the paired difference "
         "does not hold 0.";
}

std::vector<std::string> verdicts(const std::vector<FamilyResult>& results) {
  std::vector<std::string> all;
  for (const FamilyResult& r : results) all.push_back(claim_of(r).verdict());
  return all;
}

}  // namespace engram::laboratory
