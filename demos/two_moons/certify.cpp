#include <engram/laboratory/certification.hpp>
#include <engram/laboratory/json_text.hpp>
#include <engram/laboratory/program.hpp>
#include <engram/plasticity/atomic_file.hpp>
#include <engram/plasticity/rules/kinds.hpp>

#include "commands.hpp"

namespace engram::demos {

using namespace laboratory;

int certify(const Arguments& a, const plasticity::RuleFile& rule) {
  const plasticity::Certificate certificate =
      plasticity::rule_kind(rule.kind).certify(rule.settings, rule.parameters);
  const std::string json = json_text(to_json(certificate));
  if (a.json == "-")
    print(json + "\n");
  else
    tell(certificate.text().substr(0, certificate.text().rfind('\n')));
  if (!a.json.empty() && a.json != "-") plasticity::write_atomically(a.json, json + "\n");
  return certificate.passed() ? 0 : exit_failure;
}

}  // namespace engram::demos
