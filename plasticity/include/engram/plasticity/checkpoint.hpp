/// Meta-trainings as files, so that they survive a crash, a Ctrl-C, a power cut: versioned JSON, exact to the
/// last bit.
///
///     {"format": "engram-checkpoint-2",
///      "configuration": {"outer_steps": 5000, ...},
///      "state": {"step": 400, "best_step": 400, "skipped": 3, "skipped_in_a_row": 0, "rolled_back": 0,
///                "clipped_tasks": 210, "lost_tasks": 1,
///                "best_validation": 0.91, "beta1_power": ..., "beta2_power": ...,
///                "theta": [...], "average": [...], "best": [...], "m": [...], "v": [...]},
///      "log": "step,loss,...\n1,0.69,..."}
///
/// θ and the others are lists of matrices, matrices are lists of rows.
#pragma once

#include <engram/plasticity/format_error.hpp>
#include <engram/plasticity/meta_trainer.hpp>
#include <engram/plasticity/settings_tree.hpp>

ENGRAM_PLASTICITY_BEGIN

/// A meta-training, as it is stored.
struct Checkpoint {
  /// All that decides what the training does: the text of a JSON object of settings.
  std::string configuration = "{}";
  MetaState state;
  std::string log;  ///< what was reported of the steps so far
};

/// Throws FormatError if the file cannot be read, is no complete JSON, no checkpoint, of another version, or
/// misses a part.
Checkpoint load_checkpoint(const std::filesystem::path& path);
/// The same from text; `name` stands for the file in errors.
Checkpoint parse_checkpoint(std::string_view text, std::string_view name);
/// Writes atomically. Throws std::invalid_argument if the configuration is no JSON object or a number is not
/// finite; FileError if the file cannot be written.
void save_checkpoint(const std::filesystem::path& path, const Checkpoint& checkpoint);

ENGRAM_PLASTICITY_END
