/// Where an experiment works: a folder whose results are kept piece by piece, so that what was interrupted
/// goes on.
#pragma once

#include <engram/laboratory/chart.hpp>
#include <engram/laboratory/held_folder.hpp>
#include <engram/laboratory/options.hpp>
#include <engram/laboratory/ranks.hpp>
#include <engram/laboratory/report.hpp>
#include <engram/laboratory/temporary_folder.hpp>
#include <engram/laboratory/training.hpp>
#include <engram/plasticity/evaluate.hpp>
#include <engram/plasticity/store.hpp>

#include <nlohmann/json.hpp>

namespace engram::laboratory {

/// Ctrl-C or SIGTERM came; what is finished is kept.
class Stopped : public std::exception {
 public:
  const char* what() const noexcept override { return "stopped"; }
};

/// One piece of work and the name of the file that keeps its result.
struct Piece {
  std::string name;  ///< may have slashes: "seed_1/two_moons/rule"
  std::function<nlohmann::ordered_json()> work;
};

/// Of several ranks each has one. All do every piece together, trial by trial. The leader's folder is that of
/// the run, the others' are temporary ones.
class Laboratory {
 public:
  /// Makes the folder, holds it, and writes config.toml and versions.json. Throws UsageError if another run
  /// holds the folder, or if it has results of another experiment or configuration, saying what differs;
  /// those that are to be made anew are removed.
  explicit Laboratory(const Options& options);
  /// For a program that works for seconds: keeps results in memory and may leave a report in the folder,
  /// which says that this command has made it.
  Laboratory(const Options& options, std::string program, const std::string& command);

  const Options& options() const { return options_; }

  /// The rule that was given, of which the folder keeps a copy. Throws FormatError if it cannot be read and
  /// UsageError if the folder holds results of another one.
  plasticity::RuleFile given_rule() const;
  /// The rule that a meta-training with these settings finds; trained in rules/NAME if that is not done yet,
  /// on these tasks or else the options'. Throws Stopped.
  plasticity::RuleFile trained_rule(const std::string& name, const plasticity::MetaSettings& settings,
                                    const std::optional<std::string>& training_tasks = std::nullopt);
  /// The parameters of another method, likewise.
  std::vector<plasticity::Array<double>> trained_parameters(const std::string& name,
                                                            const plasticity::MetaSettings& settings,
                                                            const plasticity::Method& method);

  /// Does what is not done yet, in order, and shows progress. Throws Stopped.
  void work(const std::vector<Piece>& pieces);
  /// What a piece gave.
  nlohmann::ordered_json result(const std::string& name) const;

  /// NAME.csv, and in the report the table itself.
  void add(Report& report, const std::string& name, const Table& table) const;
  /// NAME.svg and NAME.png, and the drawing in the report. Where gnuplot is missing, a note in its place.
  template <class Chart>
  void add(Report& report, const std::string& name, const Chart& chart, const std::string& caption) {
    if (!ranks().leads()) return;
    try {
      report.figure(write_chart(chart, options_.out, name), chart.title, caption);
    } catch (const FigureError& e) {
      missing(report, caption, e);
    }
  }
  /// Writes report.html, configuration and versions at its end.
  void finish(Report& report) const;
  /// The program is to end with this code: the experiment's answer is no, or a figure could not be drawn.
  void fail(int code = 1) { code_ = code; }
  /// What the program is to end with: 0 if all is well.
  int code() const { return code_; }

 private:
  Trained train(const std::string& name, const plasticity::MetaSettings& settings,
                const std::string& training_tasks, const std::optional<plasticity::Method>& method);
  std::filesystem::path file(const std::string& name) const {
    return options_.out / "pieces" / (name + ".json");
  }
  /// Makes and holds the folder, and writes what tells of the run.
  void prepare_folder();
  /// Other ranks get the pieces that the leader has in its folder.
  void spread(const std::vector<Piece>& pieces);
  bool done(const std::string& name) const;
  void keep(const std::string& name, nlohmann::ordered_json result);
  void missing(Report& report, const std::string& caption, const FigureError& why);

  Options options_;
  std::optional<TemporaryFolder> temporary_;
  std::optional<HeldFolder> held_;
  std::string program_, command_, versions_;
  bool in_memory_ = false;
  std::map<std::string, nlohmann::ordered_json> results_;  ///< of pieces, if they are kept in memory
  int code_ = 0;
};

/// A table as programs tell it: its caption, then its rows, which are not wrapped.
void tell(const Table& table);

/// An evaluation as pieces keep it, to the last bit.
nlohmann::ordered_json to_json(const plasticity::Evaluation& evaluation);
plasticity::Evaluation evaluation_from(const nlohmann::ordered_json& json);

}  // namespace engram::laboratory
