#include <engram/plasticity/read_file.hpp>
#include <engram/plasticity/tasks/digits.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <sstream>
#include <stdexcept>
#include <utility>

ENGRAM_PLASTICITY_BEGIN
namespace {

constexpr std::size_t pixel_count = 64;
constexpr int digit_count = 10;
constexpr std::string_view value_letters = "0123456789abcdefg";

void shuffle(std::vector<Index>& items, Random& random) {
  for (std::size_t i = items.size(); i > 1; --i) std::swap(items[i - 1], items[random.integer(i)]);
}

Array<double> rows_of(const Array<double>& pixels, Random& random, std::span<const int> labels,
                      const std::vector<std::vector<Index>>& rows) {
  Array<double> x(static_cast<Index>(labels.size()), pixels.cols());
  for (Index i = 0; i < x.rows(); ++i) {
    const int label = labels[static_cast<std::size_t>(i)];
    if (label < 0 || label >= static_cast<int>(rows.size()))
      throw std::invalid_argument(
          fmt::format("[digits] class {} does not exist: use 0 to {}", label, rows.size() - 1));
    const auto& own = rows[static_cast<std::size_t>(label)];
    x.row(i) = pixels.row(own[random.integer(own.size())]);
  }
  return x;
}

}  // namespace

Digits load_digits(const std::filesystem::path& path) {
  const auto fail = [&](std::size_t line, const std::string& what) {
    throw FormatError(fmt::format("digits '{}'{}: {}", path.native(),
                                  line == 0 ? "" : fmt::format(", line {}", line), what));
  };
  std::istringstream file(read_file("digits", path));
  Digits digits;
  std::vector<double> pixels;
  std::array<int, digit_count> images{};
  std::string line;
  for (std::size_t number = 1; std::getline(file, line); ++number) {
    if (line.starts_with('#')) continue;
    if (line.size() != 2 + pixel_count || line[0] < '0' || line[0] > '9' || line[1] != ' ')
      fail(number, "an image is a digit, a space and 64 pixels; give the file that comes with engram");
    for (const char c : std::string_view(line).substr(2)) {
      const auto value = value_letters.find(c);
      if (value == std::string_view::npos)
        fail(number, fmt::format("'{}' is no pixel: 0 to 9, a to g are", c));
      pixels.push_back(static_cast<double>(value) / 8 - 1);
    }
    digits.labels.push_back(line[0] - '0');
    ++images[static_cast<std::size_t>(digits.labels.back())];
  }
  for (int d = 0; d < digit_count; ++d)
    if (const int n = images[static_cast<std::size_t>(d)]; n < 2)
      fail(0, fmt::format("there are {} images of digit {}; at least 2 are needed", n, d));
  digits.pixels = Eigen::Map<const Array<double>>(pixels.data(), static_cast<Index>(digits.labels.size()),
                                                  static_cast<Index>(pixel_count));
  return digits;
}

DigitsTask::DigitsTask(std::shared_ptr<const Digits> digits, int classes, Random random)
    : digits_(std::move(digits)) {
  std::vector<Index> chosen(digit_count);
  for (std::size_t d = 0; d < chosen.size(); ++d) chosen[d] = static_cast<Index>(d);
  shuffle(chosen, random);
  chosen.resize(static_cast<std::size_t>(classes));
  for (const Index digit : chosen) {
    std::vector<Index> rows;
    for (std::size_t i = 0; i < digits_->labels.size(); ++i)
      if (digits_->labels[i] == digit) rows.push_back(static_cast<Index>(i));
    shuffle(rows, random);
    const auto middle = rows.begin() + static_cast<std::ptrdiff_t>(rows.size() / 2);
    shown_.emplace_back(rows.begin(), middle);
    asked_.emplace_back(middle, rows.end());
  }
}

Array<double> DigitsTask::sample_points(Random& random, std::span<const int> labels) const {
  return rows_of(digits_->pixels, random, labels, shown_);
}

Examples DigitsTask::sample_query(Random& random, Index n) const {
  std::vector<int> labels = random_labels(random, n);
  Array<double> x = rows_of(digits_->pixels, random, labels, asked_);
  return {std::move(x), std::move(labels)};
}

TaskFamily digits(std::shared_ptr<const Digits> images, int classes) {
  if (classes < 2 || classes > digit_count)
    throw std::invalid_argument(fmt::format("[digits] {} classes per task: give 2 to 10", classes));
  const Index dimension = images->pixels.cols();
  return {"digits", dimension, classes, [images = std::move(images), classes](Random random) {
            return std::make_unique<DigitsTask>(images, classes, random);
          }};
}

ENGRAM_PLASTICITY_END
