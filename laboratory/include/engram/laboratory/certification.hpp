/// A rule's certificate of biological plausibility as JSON.
#pragma once

#include <engram/plasticity/certificate.hpp>

#include <nlohmann/json.hpp>

namespace engram::laboratory {

nlohmann::ordered_json to_json(const plasticity::Certificate& certificate);

}  // namespace engram::laboratory
