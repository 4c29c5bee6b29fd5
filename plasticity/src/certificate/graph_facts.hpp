/// The clauses that are facts about the graph of a step.
#pragma once

#include "recorded_step.hpp"

ENGRAM_PLASTICITY_BEGIN

CertificateClause neuron_local(const Specimen& specimen);
CertificateClause no_weight_transport(const Specimen& specimen);

ENGRAM_PLASTICITY_END
