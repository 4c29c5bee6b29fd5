#include <engram/laboratory/json_text.hpp>
#include <engram/laboratory/laboratory.hpp>
#include <engram/laboratory/progress.hpp>
#include <engram/laboratory/protocol.hpp>
#include <engram/laboratory/streams.hpp>
#include <engram/laboratory/usage_error.hpp>
#include <engram/plasticity/atomic_file.hpp>
#include <engram/plasticity/read_file.hpp>

#include <Eigen/Core>
#include <fmt/format.h>

#include <limits>
#include <sstream>

namespace engram::laboratory {

using namespace plasticity;
using Json = nlohmann::ordered_json;
namespace fs = std::filesystem;

namespace {

std::string versions() {
  return Json{
      {"engram", ENGRAM_VERSION_STRING},
      {"compiler", __VERSION__},
      {"Eigen", fmt::format("{}.{}.{}", EIGEN_WORLD_VERSION, EIGEN_MAJOR_VERSION, EIGEN_MINOR_VERSION)},
      {"fmt", FMT_VERSION}}
      .dump(2);
}

/// Refuses a folder with another configuration, line by line.
void require_same(const fs::path& path, const std::string& here) {
  const std::string there = read_file("configuration", path);
  if (there == here) return;
  std::istringstream a(there), b(here);
  std::string x, y, difference;
  while (std::getline(a, x), std::getline(b, y), a || b) {
    if (x != y) difference += fmt::format("{}{} there, {} here", difference.empty() ? "" : "; ", x, y);
    x.clear(), y.clear();
  }
  throw UsageError(
      fmt::format("'{}' is of another configuration: {}; give the same options, another --out, or --anew",
                  path.string(), difference));
}

Json rows(const Array<double>& a) {
  Json list = Json::array();
  for (Index i = 0; i < a.rows(); ++i)
    list.push_back(std::vector<double>(a.row(i).begin(), a.row(i).end()));  // what is not finite becomes null
  return list;
}

/// Rows of equally many numbers of at least 0 and at most `most`; null is NaN.
Array<double> array_from(const Json& piece, const char* name, double most) {
  const Json& rows = piece.contains(name) ? piece[name] : Json();
  const auto require = [&](bool ok) {
    if (!ok)
      throw FormatError(
          fmt::format("a piece of the results is damaged: '{}' holds what is none; remove the folder "
                      "'pieces', and all is "
                      "computed again",
                      name));
  };
  require(rows.is_array() && !rows.empty() && rows[0].is_array());
  Array<double> a(static_cast<Index>(rows.size()), static_cast<Index>(rows[0].size()));
  for (Index i = 0; i < a.rows(); ++i) {
    const Json& row = rows[static_cast<std::size_t>(i)];
    require(row.is_array() && static_cast<Index>(row.size()) == a.cols());
    for (Index j = 0; j < a.cols(); ++j) {
      const Json& v = row[static_cast<std::size_t>(j)];
      require(v.is_null() || (v.is_number() && v >= 0.0 && v <= most));
      a(i, j) = v.is_null() ? std::numeric_limits<double>::quiet_NaN() : v.get<double>();
    }
  }
  return a;
}

}  // namespace

Laboratory::Laboratory(const Options& options)
    : options_(options),
      program_("experiment"),
      command_(fmt::format("experiment {} --config config.toml", options.experiment)),
      versions_(versions()) {
  if (!ranks().leads()) options_.out = temporary_.emplace().path() / "results";
  at_all_ranks([this] { prepare_folder(); });
}

void Laboratory::prepare_folder() {
  held_.emplace(options_.out);
  if (options_.anew)
    for (const char* name : {"pieces", "rules", "rule.json", "config.toml", "report.html"})
      fs::remove_all(options_.out / name);
  if (fs::exists(options_.out / "report.html"))
    tell(
        fmt::format("'{}' has the results already, and only its report is written again; --anew computes all",
                    options_.out.string()));
  require_writable_folder(options_.out / "pieces");
  const fs::path config = options_.out / "config.toml";
  const std::string text =
      fmt::format("# engram {}: {}\n{}", ENGRAM_VERSION_STRING, command_, to_toml(options_));
  if (fs::exists(config))
    require_same(config, text);
  else
    write_atomically(config, text);
  write_atomically(options_.out / "versions.json", versions_ + "\n");
}

Laboratory::Laboratory(const Options& options, std::string program, const std::string& command)
    : options_(options),
      program_(std::move(program)),
      command_(as_utf8(command)),
      versions_(versions()),
      in_memory_(true) {}

RuleFile Laboratory::given_rule() const {
  const fs::path copy = options_.out / "rule.json";
  const RuleFile rule = load_rule(options_.rule);
  const std::string text = format_rule(rule);
  if (!fs::exists(copy))
    write_atomically(copy, text);
  else if (read_file("rule file", copy) != text)
    throw UsageError(fmt::format("'{}' is another rule than '{}': give that one, another --out, or --anew",
                                 copy.string(), options_.rule.string()));
  return rule;
}

Trained Laboratory::train(const std::string& name, const MetaSettings& settings,
                          const std::string& training_tasks, const std::optional<Method>& method) {
  const fs::path folder = options_.out / "rules" / name;
  std::optional<HeldFolder> held;
  at_all_ranks([&] { held.emplace(folder); });
  TrainingRun run = training_run(options_, settings, folder, training_tasks);
  run.label = "training " + name;
  run.method = method;
  if (method) run.configuration["method"] = name;
  Trained trained = meta_train(run, Start::either);
  if (trained.interrupted || trained.steps == 0) throw Stopped();
  return trained;
}

RuleFile Laboratory::trained_rule(const std::string& name, const MetaSettings& settings,
                                  const std::optional<std::string>& training_tasks) {
  return train(name, settings, training_tasks.value_or(options_.training_tasks), std::nullopt).rule;
}

std::vector<Array<double>> Laboratory::trained_parameters(const std::string& name,
                                                          const MetaSettings& settings,
                                                          const Method& method) {
  return train(name, settings, options_.training_tasks, method).parameters;
}

void Laboratory::work(const std::vector<Piece>& pieces) {
  spread(pieces);
  std::vector<const Piece*> open;
  for (const Piece& p : pieces)
    if (!done(p.name)) open.push_back(&p);
  if (open.empty()) return;
  const auto total = static_cast<long>(pieces.size());
  long finished = total - static_cast<long>(open.size());
  Progress progress(in_memory_ ? "testing" : options_.experiment, total, stderr, finished);
  for (const Piece* p : open) {
    if (ranks().stopped()) throw Stopped();
    progress.update(finished, p->name);
    keep(p->name, p->work());
    progress.update(++finished, p->name);
  }
  progress.finish();
}

void Laboratory::spread(const std::vector<Piece>& pieces) {
  if (in_memory_ || ranks().size() == 1) return;
  const Json all = Json::parse(from_leader([&] {
    Json found = Json::object();
    for (const Piece& p : pieces)
      if (done(p.name)) found[p.name] = result(p.name);
    return found.dump();
  }));
  for (const auto& [name, result] : all.items())
    if (!done(name)) keep(name, result);
}

bool Laboratory::done(const std::string& name) const {
  return in_memory_ ? results_.contains(name) : fs::exists(file(name));
}

void Laboratory::keep(const std::string& name, Json result) {
  if (in_memory_) {
    results_[name] = std::move(result);
    return;
  }
  require_writable_folder(file(name).parent_path());
  write_atomically(file(name), result.dump() + "\n");
}

Json Laboratory::result(const std::string& name) const {
  if (in_memory_) return results_.at(name);
  try {
    return Json::parse(read_json_file("piece", file(name)));
  } catch (const FormatError& e) {
    throw FormatError(fmt::format("{}; remove it, and it is computed again", e.what()));
  }
}

void Laboratory::add(Report& report, const std::string& name, const Table& table) const {
  write_atomically(options_.out / (name + ".csv"), csv(table));
  report.table(table);
  tell(table);
}

void Laboratory::missing(Report& report, const std::string& caption, const FigureError& why) {
  if (code_ == 0) complain(program_, why.what());
  fail(why.code);
  report.paragraph(fmt::format("(A figure is missing: {}. {})", caption, as_utf8(why.what())));
}

void Laboratory::finish(Report& report) const {
  if (options_.quick) {
    const std::string warning = "A trial run (--quick): its numbers and drawings mean nothing.";
    report.warn(warning);
    tell(warning);
  }
  report.heading("How this was made");
  const bool has_rule = fs::exists(options_.out / "rule.json");
  report.paragraph(in_memory_ ? command_
                              : fmt::format("{}{}, in the folder of this page.", command_,
                                            has_rule ? " --rule rule.json" : ""));
  report.details("Configuration", to_toml(options_));
  report.details("Versions", versions_);
  write_atomically(options_.out / "report.html", report.page());
  tell(fmt::format("Written to {}: report.html and its tables and figures", options_.out.string()));
}

void tell(const Table& table) {
  tell("\n" + table.caption);
  print(plain(table) + "\n");
}

Json to_json(const Evaluation& e) {
  return {{"accuracy", rows(e.accuracy)}, {"train_loss", rows(e.train_loss)}};
}

Evaluation evaluation_from(const Json& json) {
  return {array_from(json, "accuracy", 1),
          array_from(json, "train_loss", std::numeric_limits<double>::max())};
}

}  // namespace engram::laboratory
