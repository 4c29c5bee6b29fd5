/// Handwritten digits, 8x8 pixels: tasks of some classes of a finite set of images.
///
/// Source of the data: Alpaydin, Kaynak, "Optical Recognition of Handwritten Digits", UCI Machine Learning
/// Repository, 1998 (CC BY 4.0). A file has a line for each image: the digit, a space, and its 64 pixels row
/// by row, each a character, 0 to 9 and a to g for the values 0 to 16. Lines that begin with # are comments.
#pragma once

#include <engram/plasticity/format_error.hpp>
#include <engram/plasticity/task.hpp>

#include <filesystem>

ENGRAM_PLASTICITY_BEGIN

/// Images of one set.
struct Digits {
  Array<double> pixels;  ///< images x 64, each -1 (empty) to 1
  std::vector<int> labels;
};

/// Throws FormatError with file, line and what is wrong if it cannot be read, or an image is not as told, or
/// a digit has fewer than two images.
Digits load_digits(const std::filesystem::path& path);

/// One task: some digits in a random order are its classes. Every digit's images are divided at random, half
/// to learn from and half for queries, so no query was ever shown. Images are drawn with replacement.
class DigitsTask final : public SemiSupervisedTask {
 public:
  DigitsTask(std::shared_ptr<const Digits> digits, int classes, Random random);

  Index dimension() const override { return digits_->pixels.cols(); }
  int classes() const override { return static_cast<int>(shown_.size()); }
  Array<double> sample_points(Random& random, std::span<const int> labels) const override;
  Examples sample_query(Random& random, Index n) const override;

 private:
  std::shared_ptr<const Digits> digits_;
  std::vector<std::vector<Index>> shown_, asked_;  // rows of each class
};

/// The family "digits": so many of the ten digits per task. Throws std::invalid_argument unless there are 2
/// to 10.
TaskFamily digits(std::shared_ptr<const Digits> images, int classes = 10);

ENGRAM_PLASTICITY_END
