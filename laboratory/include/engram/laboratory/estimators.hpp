/// Estimates of the meta-gradient against the exact one.
#pragma once

#include <engram/laboratory/laboratory.hpp>

namespace engram::laboratory {

/// Variance, bias and cosine of draws of full gradients, truncated ones, evolution strategies and persistent
/// ones: at the start of a training with these settings, and at the rule that it found. Throws Stopped.
void add_estimators(Laboratory& lab, Report& report, const plasticity::MetaSettings& settings,
                    const plasticity::RuleFile& trained);

}  // namespace engram::laboratory
