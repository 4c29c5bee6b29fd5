#include <engram/laboratory/certification.hpp>
#include <engram/laboratory/command_line.hpp>
#include <engram/plasticity/atomic_file.hpp>

#include "commands.hpp"

namespace engram::demos {

using namespace laboratory;

int certify(const Arguments& a, const plasticity::RuleFile& rule) {
  const plasticity::Certificate certificate = plasticity::certify(rule.settings, rule.theta);
  const std::string json = to_json(certificate).dump(2);
  if (a.json == "-")
    tell(json);
  else
    fmt::print("{}", certificate.text());
  if (!a.json.empty() && a.json != "-") plasticity::write_atomically(a.json, json + "\n");
  return certificate.passed() ? 0 : exit_failure;
}

}  // namespace engram::demos
