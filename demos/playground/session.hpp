/// The playground's engine: what the page asks for, and what it gets.
#pragma once

#include "learner.hpp"

#include <memory>
#include <tuple>

namespace engram::demos::playground {

/// Learns what it is asked to, and tells what became of it. What it compiles it keeps, so that a task that is
/// only a little other is learned at once.
class Session {
 public:
  /// Takes the text of a rule file. Throws FormatError as the programs do.
  Json load(const std::string& id, const std::string& file, const std::string& text);
  /// Draws the task and lets all learners learn it; `draw` and `way_of` tell what a request has. With
  /// "draft" in single precision, and without telling "unlabelled" points, which a drag leaves where they
  /// are.
  Json learn(const Json& request);
  /// The probability of class B after a step, at the middles of grid x grid cells of the box that `learn`
  /// told, the lowest row first.
  std::vector<float> boundary(std::size_t learner, std::size_t step, Index grid) const;
  /// The weights after a step, and what the neurons hear and answer in the next one.
  Json inside(std::size_t learner, std::size_t step) const;

 private:
  template <class S>
  using Compiled = std::map<std::string, std::unique_ptr<Steps<S>>>;
  template <class S>
  const Steps<S>& steps_for(const std::string& key, const Way& way,
                            const plasticity::EpisodeSettings& settings);

  Rules rules_;
  std::tuple<Compiled<float>, Compiled<double>> compiled_;
  plasticity::Network network_;
  std::optional<Drawn> drawn_;
  std::vector<Way> ways_;
  std::vector<Course> courses_;
  std::array<double, 4> box_{};
};

}  // namespace engram::demos::playground
