/// Estimates of the meta-gradient against the exact one.
#pragma once

#include <engram/laboratory/laboratory.hpp>

namespace engram::laboratory {

/// At the start of a training with these settings and at the rule that came of it: variance, bias and cosine
/// of draws of the full gradient, truncated ones, evolution strategies and persistent ones. Throws Stopped.
void add_estimators(Laboratory& lab, Report& report, const plasticity::MetaSettings& settings,
                    const plasticity::RuleFile& trained);

}  // namespace engram::laboratory
