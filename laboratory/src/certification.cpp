#include <engram/laboratory/certification.hpp>

namespace engram::laboratory {

using Json = nlohmann::ordered_json;

Json to_json(const plasticity::Certificate& certificate) {
  Json clauses = Json::array();
  for (const auto& c : certificate.clauses) {
    Json findings = Json::array();
    for (const auto& f : c.findings)
      findings.push_back({{"where", f.where}, {"what", f.what}, {"path", f.path}});
    clauses.push_back({{"name", c.name},
                       {"passed", c.passed()},
                       {"checked", c.checked},
                       {"failed", c.failed},
                       {"findings", findings}});
  }
  return {{"passed", certificate.passed()}, {"clauses", clauses}};
}

}  // namespace engram::laboratory
