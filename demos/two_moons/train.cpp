#include <engram/laboratory/protocol.hpp>
#include <engram/laboratory/streams.hpp>

#include "commands.hpp"

namespace engram::demos {

using namespace laboratory;

std::optional<plasticity::RuleFile> train(const Arguments& a) {
  const Options& o = a.options;
  const plasticity::MetaSettings& m = o.meta;
  tell(fmt::format(
      "Meta-training: how a network learns is learned itself. In each of {} outer steps, networks of {} "
      "neurons learn {} tasks by the rule, in {} steps from {} labelled points and {} fresh unlabelled ones "
      "per step. Their test loss is differentiated through all that learning, and the rule moves against "
      "the gradient. Ctrl-C ends it early.",
      m.outer_steps, m.network.sizes[1], m.tasks, m.episode.steps, m.episode.labelled, m.episode.unlabelled));
  Trained trained = meta_train(training_run(o, m, o.out), a.resume ? Start::resume
                                                          : o.anew ? Start::anew
                                                                   : Start::fresh);
  if (trained.steps == 0) {
    tell("Stopped before the first step; there is no rule yet.");
    return std::nullopt;
  }
  if (trained.resumed_from > 0) tell(fmt::format("Went on after step {}.", trained.resumed_from));
  if (trained.interrupted)
    tell(fmt::format("Stopped after step {} of {}; the same command with --resume goes on.", trained.steps,
                     m.outer_steps));
  if (trained.best_step > 0)
    tell(fmt::format("Picked the rule of step {}: {:.3f} accuracy on validation tasks.", trained.best_step,
                     trained.validation));
  else
    tell("Picked the last rule: none was validated yet.");
  if (trained.left_out > 0)
    tell(fmt::format("{} steps, whose gradients had exploded, were left out.", trained.left_out));
  tell(fmt::format("Written to {}: rule.json, meta_training.csv", o.out.string()));
  if (trained.interrupted) return std::nullopt;
  return trained.rule;
}

}  // namespace engram::demos
