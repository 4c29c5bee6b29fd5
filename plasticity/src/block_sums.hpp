// Sums over the results of tasks, made where these were computed, in an order that only the number of tasks
// decides.
#pragma once

#include "shared_tasks.hpp"

#include <algorithm>
#include <bit>
#include <optional>

ENGRAM_PLASTICITY_BEGIN

/// Up to so many tasks are added up one by one. More are cut into at most so many blocks, which are.
constexpr std::size_t most_blocks = 128;
/// About so many sums a process keeps of its own share at most; threads find enough to do in them.
constexpr std::size_t most_pieces = 512;

/// Tasks begin ... begin + size - 1. The size is a power of two, and begin a multiple of it: so the halves of
/// a block are blocks, and of two blocks one is part of the other, or they have no task in common.
struct Block {
  std::size_t begin = 0, size = 0;

  bool operator==(const Block&) const = default;
};

/// The smallest size of which no more than `most` blocks hold `count` tasks.
inline std::size_t block_size(std::size_t count, std::size_t most) {
  return std::bit_ceil((count + most - 1) / most);
}

/// The fewest blocks that a share is made of, none of more than `largest` tasks.
inline std::vector<Block> blocks_of(Share share, std::size_t largest) {
  std::vector<Block> blocks;
  for (std::size_t at = share.begin; at < share.end; at += blocks.back().size) {
    std::size_t size = largest;
    while (at % size != 0 || at + size > share.end) size /= 2;
    blocks.push_back({at, size});
  }
  return blocks;
}

/// What `count` tasks give: a fact of each, and the weighted sum of their rows of `width` numbers.
/// `compute(i, row)` writes the row of task i and returns its fact, `weight(fact)` is a double.
///
/// A block is the sum of its halves, in Scalar; blocks are added up one after another, in double. Where a
/// share ends within a block, what is sent are parts of it: those that the other processes would have made on
/// the way, too.
template <class Scalar, class Fact, class Compute, class Weight>
class BlockSums {
 public:
  BlockSums(std::size_t count, std::size_t width, const Compute& compute, const Weight& weight)
      : count_(count), width_(width), compute_(compute), weight_(weight), facts_(count) {}

  /// Computes this process's share, and gathers the others'. Returns the sum.
  std::vector<double> run(Communicator& communicator) {
    const std::size_t block = block_size(count_, most_blocks);
    const auto sent_by = [&](std::size_t rank) {
      return blocks_of(share_of(rank, communicator.size(), count_), block);
    };
    std::size_t slots = 0;  // of each rank
    for (std::size_t r = 0; r < communicator.size(); ++r) slots = std::max(slots, sent_by(r).size());
    std::vector<Scalar> rows(communicator.size() * slots * width_);
    auto place = rows.begin() + offset(communicator.rank() * slots);
    for (const Sum& s : sums_of_share(communicator.share(count_), block))
      place = std::copy(s.row.begin(), s.row.end(), place);
    communicator.gather(std::as_writable_bytes(std::span(facts_)), count_);
    communicator.gather(std::as_writable_bytes(std::span(rows)), communicator.size() * slots);

    std::vector<Sum> parts;
    for (std::size_t r = 0; r < communicator.size(); ++r) {
      auto row = rows.begin() + offset(r * slots);
      for (const Block& b : sent_by(r)) parts.push_back({b, {row, row + offset(1)}}), row += offset(1);
    }
    std::vector<double> total(width_);
    std::vector<Block> blocks;
    for (std::size_t at = 0; at < count_; at += block) blocks.push_back({at, block});
    for (const Sum& s : joined(parts, blocks)) {
      const double factor = weight_of(s);
      for (std::size_t k = 0; k < width_; ++k) total[k] += factor * static_cast<double>(s.row[k]);
    }
    return total;
  }

  const std::vector<Fact>& facts() const { return facts_; }

 private:
  /// The row of one task without its weight, or the weighted sum of several.
  struct Sum {
    Block tasks;
    std::vector<Scalar> row;
  };

  std::ptrdiff_t offset(std::size_t rows) const { return static_cast<std::ptrdiff_t>(rows * width_); }

  double weight_of(const Sum& s) const { return s.tasks.size == 1 ? weight_(facts_[s.tasks.begin]) : 1; }

  void add(Sum& left, const Sum& right) const {
    const double a = weight_of(left), b = weight_of(right);
    for (std::size_t k = 0; k < width_; ++k)
      left.row[k] = static_cast<Scalar>(a * static_cast<double>(left.row[k])) +
                    static_cast<Scalar>(b * static_cast<double>(right.row[k]));
    left.tasks.size += right.tasks.size;
  }

  /// The sum over those tasks of a block that there are: `known(block)` has it, or its halves are added.
  template <class Known>
  Sum sum_of(Block block, const Known& known) const {
    if (std::optional<Sum> sum = known(block)) return *std::move(sum);
    const std::size_t half = block.size / 2;
    Sum sum = sum_of({block.begin, half}, known);
    if (block.begin + half < count_) add(sum, sum_of({block.begin + half, half}, known));
    return sum;
  }

  /// The sums of blocks which these parts make up, all in their order.
  std::vector<Sum> joined(std::vector<Sum>& parts, const std::vector<Block>& blocks) const {
    auto next = parts.begin();
    const auto known = [&](const Block& b) -> std::optional<Sum> {
      return next != parts.end() && next->tasks == b ? std::optional(std::move(*next++)) : std::nullopt;
    };
    std::vector<Sum> sums;
    for (const Block& b : blocks) sums.push_back(sum_of(b, known));
    return sums;
  }

  std::vector<Sum> sums_of_share(Share share, std::size_t block) {
    const std::vector<Block> pieces =
        blocks_of(share, std::min(block, block_size(share.size(), most_pieces)));
    std::vector<Sum> sums(pieces.size());
    const auto known = [&](const Block& b) -> std::optional<Sum> {
      if (b.size > 1) return std::nullopt;
      Sum sum{b, std::vector<Scalar>(width_)};
      facts_[b.begin] = compute_(b.begin, std::span(sum.row));
      return sum;
    };
    tbb::parallel_for(std::size_t{0}, pieces.size(),
                      [&](std::size_t i) { sums[i] = sum_of(pieces[i], known); });
    return joined(sums, blocks_of(share, block));
  }

  std::size_t count_, width_;
  const Compute& compute_;
  const Weight& weight_;
  std::vector<Fact> facts_;
};

ENGRAM_PLASTICITY_END
