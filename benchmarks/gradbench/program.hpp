/// What the programs share: a function of an eval is prepared for one input, and then run as often as
/// GradBench asks.
#pragma once

#include <engram/autodiff/autodiff.hpp>

#include <nlohmann/json.hpp>

#include <functional>
#include <string>
#include <vector>

namespace engram::gradbench {

namespace ad = engram::autodiff;
using Json = nlohmann::json;
using Index = ad::Index;
using Variable = ad::Variable<double>;
using Variables = std::vector<Variable>;
using Numbers = std::vector<double>;
using Array = ad::Array<double>;

/// A function for one input: what is timed, and what it computed, as the eval wants it.
struct Prepared {
  std::function<void()> compute;
  std::function<Json()> output;
};

/// A function of an eval by its name in GradBench. Compiling belongs to its preparation, which GradBench
/// times apart.
struct Program {
  std::string eval, function;
  std::function<Prepared(const Json& input)> prepare;
};

/// All programs of this executable.
inline std::vector<Program>& programs() {
  static std::vector<Program> all;
  return all;
}

/// Adds the functions of an eval when the executable starts.
struct Eval {
  Eval(const std::string& name, std::vector<std::pair<std::string, Prepared (*)(const Json&)>> functions) {
    for (const auto& [function, prepare] : functions) programs().push_back({name, function, prepare});
  }
};

/// A compiled function with its inputs and results. A run allocates nothing.
class Replay {
 public:
  Replay(const ad::Function<double>& function, std::vector<Numbers> inputs)
      : function_(function), workspace_(function.workspace()), inputs_(std::move(inputs)) {
    for (const ad::Shape shape : function.output_shapes()) results_.emplace_back(shape.size());
    for (const Numbers& x : inputs_) from_.push_back(x.data());
    for (Numbers& y : results_) to_.push_back(y.data());
  }
  // Addresses are kept.
  Replay(const Replay&) = delete;
  Replay& operator=(const Replay&) = delete;

  void operator()() { function_.run(workspace_, from_, to_); }
  Numbers& input(std::size_t i) { return inputs_[i]; }
  const Numbers& result(std::size_t i = 0) const { return results_[i]; }

 private:
  ad::Function<double> function_;
  ad::Function<double>::Workspace workspace_;
  std::vector<Numbers> inputs_, results_;
  std::vector<const double*> from_;
  std::vector<double*> to_;
};

/// A function of variables, compiled for these inputs; `output` makes an eval's answer of the run.
template <class F, class Output>
Prepared replayed(const F& function, const std::vector<ad::Shape>& shapes, std::vector<Numbers> inputs,
                  Output output) {
  const auto run = std::make_shared<Replay>(ad::compile<double>(function, shapes), std::move(inputs));
  return {[run] { (*run)(); }, [run, output] { return Json(output(*run)); }};
}

/// What most evals answer: a number, or one list of numbers.
inline Json number(const Replay& run) { return run.result()[0]; }
inline Json numbers(const Replay& run) { return run.result(); }

/// Numbers as a constant of this shape, row by row.
inline Variable constant(ad::Tape<double>& tape, const Numbers& x, ad::Shape shape) {
  ad::Value<double> value(shape);
  std::copy(x.begin(), x.end(), value.data());
  return tape.constant(value);
}

/// A list of lists, one after the other.
inline Numbers flat(const Json& rows) {
  Numbers all;
  for (const Json& row : rows) all.insert(all.end(), row.begin(), row.end());
  return all;
}
/// The other way round: `count` lists of one length.
inline Json in_rows(const Numbers& x, std::size_t count) {
  Json rows = Json::array();
  const auto width = static_cast<std::ptrdiff_t>(x.size() / count);
  for (auto at = x.begin(); rows.size() < count; at += width) rows.push_back(Numbers(at, at + width));
  return rows;
}

}  // namespace engram::gradbench
