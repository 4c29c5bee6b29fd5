#include <engram/plasticity/methods/kinds.hpp>
#include <engram/plasticity/methods/maml.hpp>
#include <engram/plasticity/rules/hebbian.hpp>
#include <engram/plasticity/rules/learned.hpp>
#include <engram/plasticity/rules/taylor.hpp>

ENGRAM_PLASTICITY_BEGIN

const std::vector<MethodKind>& methods() {
  using N = const Network&;
  using Descent = GradientDescent<Supervised>;
  static const std::vector<MethodKind> all{
      {"learned",
       [](N n) -> Method {
         return learned_method(n, {.activation = n.activation, .bias_neuron = n.bias_neuron});
       }},
      {"hebbian",
       [](N n) -> Method {
         return RuleMethod{n, StepSettings(UpdateScale::none), MakeHebbianRule{}};
       }},
      {"maml", [](N n) -> Method { return Maml{n}; }},
      {"taylor",
       [](N n) -> Method {
         return RuleMethod{n, StepSettings(UpdateScale::none), MakeTaylorRule{}};
       }},
      {"sgd",
       [](N n) -> Method {
         return Descent{n, Optimizer::sgd, {}};
       }},
      {"adam",
       [](N n) -> Method {
         return Descent{n, Optimizer::adam, {}};
       }},
  };
  return all;
}

const MethodKind& method(std::string_view name) { return find_in(methods(), "method", name); }

ENGRAM_PLASTICITY_END
