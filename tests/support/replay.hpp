/// Running a compiled function on memory that is there already.
#pragma once

#include "values.hpp"

namespace engram::test {

class Replay {
 public:
  Replay(const ad::Function<double>& f, const Values& x) : f_(f), workspace_(f.workspace()) {
    for (const auto& v : x) in_.push_back(v.data());
    for (const Shape s : f.output_shapes()) out_.push_back(results_.emplace_back(s).data());
  }
  void run() { f_.run(workspace_, in_, out_); }
  const Values& results() const { return results_; }

 private:
  const ad::Function<double>& f_;
  ad::Function<double>::Workspace workspace_;
  Values results_;
  std::vector<const double*> in_;
  std::vector<double*> out_;
};

}  // namespace engram::test
