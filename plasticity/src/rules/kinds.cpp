#include <engram/plasticity/rules/feedback_alignment.hpp>
#include <engram/plasticity/rules/hebb.hpp>
#include <engram/plasticity/rules/hebbian.hpp>
#include <engram/plasticity/rules/kinds.hpp>
#include <engram/plasticity/rules/learned.hpp>
#include <engram/plasticity/rules/oja.hpp>
#include <engram/plasticity/rules/taylor.hpp>

ENGRAM_PLASTICITY_BEGIN
namespace {

template <class MakeRule>
RuleKind kind() {
  return {MakeRule::kind,
          {MakeRule::parameter_names.begin(), MakeRule::parameter_names.end()},
          MakeRule::has_network,
          [](const RuleSettings& s) { return MakeRule::of(s).parameters(); },
          [](const Network& network, const RuleSettings& s) -> Method {
            return RuleMethod{network, StepSettings(s), MakeRule::of(s)};
          },
          [](const RuleSettings& s, const std::vector<Array<double>>& parameters) {
            return certify(MakeRule::of(s), s, parameters);
          }};
}

}  // namespace

const std::vector<RuleKind>& rule_kinds() {
  static const std::vector<RuleKind> all{
      kind<MakeLearnedRule>(),        //
      kind<MakeHebbianRule>(),        //
      kind<MakeTaylorRule>(),         //
      kind<MakeFeedbackAlignment>(),  //
      kind<MakeHebb>(),               //
      kind<MakeOja>(),
  };
  return all;
}

const RuleKind& rule_kind(std::string_view name) { return find_in(rule_kinds(), "rule", name); }

ENGRAM_PLASTICITY_END
