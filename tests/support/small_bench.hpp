/// An experiment of some milliseconds in a folder of its own.
#pragma once

#include <engram/laboratory/options.hpp>

#include "temporary_folder.hpp"

namespace engram::test {

struct SmallBench {
  TemporaryFolder folder;
  laboratory::Options options;

  SmallBench(const char* experiment, std::size_t trials) {
    options.experiment = experiment;
    options.out = folder / "out";
    options.trials = trials;
    options.test_points = 20;
    options.meta.network.sizes = {2, 4, 2};
    options.meta.episode = {.steps = 3, .labelled = 4, .unlabelled = 2, .query = 10};
  }
};

}  // namespace engram::test
