#include <engram/plasticity/meta_settings.hpp>

ENGRAM_PLASTICITY_BEGIN
namespace {

/// One way to train, checked.
void validate(const Variation& v, const MetaSettings& s) {
  using autodiff::fail;
  validate(v.network);
  validate(v.episode, static_cast<int>(v.network.sizes.back()));
  if (v.network.bias_neuron != s.rule.bias_neuron)
    fail("meta-training", "a network's bias neuron is not that of the rule's settings");
  const auto &a = v.network.sizes, &b = s.network.sizes;
  if (a.front() != b.front() || a.back() != b.back())
    fail("meta-training",
         "a variation has {} inputs and {} outputs, the network {} and {}: all learn the same tasks",
         a.front(), a.back(), b.front(), b.back());
}

}  // namespace

void validate(const MetaSettings& s) {
  check_bounds("meta-training", s);
  validate(s.rule);
  validate({s.network, s.episode}, s);
  if (s.network.activation != s.rule.activation)
    autodiff::fail("meta-training", "the network's activation is not that of the rule's settings");
  for (const Variation& v : s.variations) validate(v, s);
}

ENGRAM_PLASTICITY_END
