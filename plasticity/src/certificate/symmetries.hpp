/// The clauses that are found by computing a step again under other circumstances.
#pragma once

#include "recorded_step.hpp"

ENGRAM_PLASTICITY_BEGIN

CertificateClause local_to_the_bit(const Specimen& specimen);
CertificateClause alike(const Specimen& specimen);
CertificateClause product_form(const Specimen& specimen);

ENGRAM_PLASTICITY_END
