#include <engram/plasticity/communicator.hpp>
#include <engram/plasticity/evolution.hpp>
#include <engram/plasticity/rules/hebbian.hpp>
#include <engram/plasticity/tasks/two_moons.hpp>

#include "../support/small_training.hpp"

#include <boost/test/unit_test.hpp>
#include <tbb/global_control.h>

#include <barrier>
#include <cmath>
#include <cstring>
#include <limits>
#include <thread>

using namespace engram::plasticity;
using namespace engram::test;

namespace {

/// Threads of this process in the place of processes.
class Crew {
 public:
  explicit Crew(std::size_t size) : size_(size), places_(size), barrier_(static_cast<std::ptrdiff_t>(size)) {}

  /// What `f(communicator)` returns, rank by rank.
  template <class F>
  auto run(const F& f) {
    std::vector<decltype(f(std::declval<Communicator&>()))> results(size_);
    std::vector<std::thread> threads;
    for (std::size_t r = 0; r < size_; ++r)
      threads.emplace_back([&, r] {
        Member member(*this, r);
        results[r] = f(member);
      });
    for (std::thread& t : threads) t.join();
    return results;
  }
  /// Bytes that one rank has sent to the others, in all gathers together.
  std::size_t sent(std::size_t rank) const { return places_[rank].sent; }

 private:
  struct Place {
    std::span<std::byte> rows;
    std::size_t sent = 0;
  };

  class Member final : public Communicator {
   public:
    Member(Crew& crew, std::size_t rank) : crew_(crew), rank_(rank) {}

    std::size_t size() const override { return crew_.size_; }
    std::size_t rank() const override { return rank_; }
    void gather(std::span<std::byte> rows, std::size_t count) override {
      const std::size_t width = count == 0 ? 0 : rows.size() / count;
      crew_.places_[rank_].rows = rows;
      crew_.places_[rank_].sent += share(count).size() * width;
      crew_.barrier_.arrive_and_wait();
      for (std::size_t r = 0; r < size(); ++r) {
        const Share theirs = share_of(r, size(), count);
        if (r != rank_ && theirs.size() > 0)
          std::memcpy(rows.data() + theirs.begin * width, crew_.places_[r].rows.data() + theirs.begin * width,
                      theirs.size() * width);
      }
      crew_.barrier_.arrive_and_wait();
    }

   private:
    Crew& crew_;
    std::size_t rank_;
  };

  std::size_t size_;
  std::vector<Place> places_;
  std::barrier<> barrier_;
};

bool same(const std::vector<Array<double>>& a, const std::vector<Array<double>>& b) {
  bool all = a.size() == b.size();
  for (std::size_t k = 0; all && k < a.size(); ++k) all = (a[k] == b[k]).all();
  return all;
}

/// All that a training leaves.
struct Trace {
  std::vector<double> reported;
  MetaState state;

  bool operator==(const Trace& other) const {
    return reported == other.reported && same(state.theta, other.state.theta) &&
           same(state.average, other.state.average) && same(state.best, other.state.best) &&
           same(state.m, other.state.m) && same(state.v, other.state.v);
  }
};

Trace trained(Communicator& communicator) {
  const TaskFamily family = two_moons(TwoMoonsOptions::random());
  MetaTrainer trainer(small_training(), family, {family}, communicator);
  Trace trace;
  while (!trainer.done()) {
    const StepReport r = trainer.step();
    trace.reported.insert(trace.reported.end(),
                          {r.loss, r.gradient_norm, r.median_norm, r.validation.value_or(-1)});
  }
  trace.state = trainer.state();
  return trace;
}

const Network network{{2, 3, 2}};
const EpisodeSettings sizes{.steps = 4, .labelled = 4, .unlabelled = 2, .query = 10};
const Method method = RuleMethod{network, StepSettings(UpdateScale::none), MakeHebbianRule{}};

}  // namespace

BOOST_AUTO_TEST_SUITE(communicator)

BOOST_AUTO_TEST_CASE(shares_follow_each_other_and_differ_by_one_task_at_most) {
  for (std::size_t ranks = 1; ranks <= 7; ++ranks)
    for (std::size_t count = 0; count <= 20; ++count) {
      std::size_t next = 0;
      for (std::size_t r = 0; r < ranks; ++r) {
        const Share s = share_of(r, ranks, count);
        BOOST_TEST(s.begin == next);
        BOOST_TEST((s.size() == count / ranks || s.size() == count / ranks + 1));
        next = s.end;
      }
      BOOST_TEST(next == count);
    }
}

BOOST_AUTO_TEST_CASE(a_training_by_several_processes_has_the_bits_of_one_by_one_in_each_of_them) {
  const Trace alone = trained(this_process());
  for (std::size_t size = 1; size <= 4; ++size)
    for (const Trace& trace : Crew(size).run(trained)) BOOST_TEST((trace == alone));
}

BOOST_AUTO_TEST_CASE(an_evaluation_by_several_processes_has_the_bits_of_one_by_one) {
  const Learner learner(method, sizes);
  const auto parameters = method.initial(Random(1));
  const auto evaluated = [&](std::size_t trials) {
    return [&, trials](Communicator& c) {
      return evaluate(learner, parameters, two_moons(), trials, Random(2), c);
    };
  };
  for (const std::size_t trials : {2, 7}) {  // of which some processes get none
    const Evaluation alone = evaluated(trials)(this_process());
    for (const Evaluation& e : Crew(3).run(evaluated(trials))) {
      BOOST_TEST((e.accuracy == alone.accuracy).all());
      BOOST_TEST((e.train_loss == alone.train_loss).all());
    }
  }
}

BOOST_AUTO_TEST_CASE(a_large_batch_has_the_same_bits_for_any_number_of_processes_and_threads) {
  const auto parameters = method.initial(Random(1));
  const TaskFamily family = two_moons(TwoMoonsOptions::random());
  // At the limit, above it, with a last block that is not full, and with shares that end within blocks.
  for (const std::size_t count : {128, 129, 300, 1031}) {
    const auto computed = [&](Communicator& c) {
      MetaGradient<float> gradient(method, sizes, 2);
      const auto draw = [&](std::size_t i) { return draw_trial(family, network, sizes, Random(2), i); };
      return gradient(parameters, count, draw, 0.2, c);
    };
    const MetaResult alone = computed(this_process());
    BOOST_TEST(alone.norms.size() == count);
    for (std::size_t size = 1; size <= 4; ++size) {
      const tbb::global_control control(tbb::global_control::max_allowed_parallelism, size % 3 + 1);
      for (const MetaResult& r : Crew(size).run(computed)) {
        BOOST_TEST(r.loss == alone.loss);
        BOOST_TEST(same(r.gradient, alone.gradient));
        BOOST_TEST(r.norms == alone.norms);
      }
    }
  }
}

BOOST_AUTO_TEST_CASE(a_large_batch_is_the_mean_of_its_tasks_each_clipped) {
  const auto parameters = method.initial(Random(1));
  const std::size_t count = 203;
  const double clip = 0.2;
  MetaGradient<double> gradient(method, sizes, 2);
  const auto draw = [&](std::size_t i) {
    auto episode = draw_trial(two_moons(), network, sizes, Random(2), i);
    if (i % 50 == 7) episode.query_x(0, 0) = std::numeric_limits<double>::quiet_NaN();
    return episode;
  };
  const MetaResult all = gradient(parameters, count, draw, clip);
  double loss = 0, counted = 0;
  std::vector<Array<double>> sum;
  for (const auto& p : parameters) sum.push_back(Array<double>::Zero(p.rows(), p.cols()));
  long clipped = 0;
  for (std::size_t i = 0; i < count; ++i) {
    const MetaResult one = gradient(parameters, 1, [&](std::size_t) { return draw(i); });
    BOOST_TEST((one.norms[0] == all.norms[i] || (std::isnan(one.norms[0]) && std::isnan(all.norms[i]))));
    if (!std::isfinite(one.norms[0])) continue;
    loss += one.loss, ++counted;
    const double factor = std::min(1.0, clip / one.norms[0]);
    clipped += factor < 1;
    for (std::size_t k = 0; k < sum.size(); ++k) sum[k] += factor * one.gradient[k];
  }
  BOOST_TEST(counted == static_cast<double>(count - 4));
  BOOST_TEST((clipped > 10 && clipped < 190));
  BOOST_TEST(all.loss == loss / counted, boost::test_tools::tolerance(1e-13));
  for (std::size_t k = 0; k < sum.size(); ++k)
    BOOST_TEST((all.gradient[k] - sum[k] / static_cast<double>(count)).abs().maxCoeff() < 1e-15);
}

BOOST_AUTO_TEST_CASE(what_is_sent_of_a_large_batch_is_sums_of_blocks_and_two_numbers_of_each_task) {
  const auto parameters = method.initial(Random(1));
  std::size_t width = 0;
  for (const auto& p : parameters) width += static_cast<std::size_t>(p.size());
  const auto sent = [&](std::size_t ranks, std::size_t count) {
    Crew crew(ranks);
    crew.run([&](Communicator& c) {
      MetaGradient<float> gradient(method, sizes, 2);
      const auto draw = [](std::size_t i) { return draw_trial(two_moons(), network, sizes, Random(2), i); };
      return gradient(parameters, count, draw, 1, c).loss;
    });
    std::size_t bytes = 0;
    for (std::size_t r = 0; r < ranks; ++r) bytes += crew.sent(r);
    return (bytes - count * 2 * sizeof(double)) / (width * sizeof(float));
  };
  BOOST_TEST(sent(2, 16) == 16u);
  BOOST_TEST(sent(2, 128) == 128u);
  BOOST_TEST(sent(2, 512) == 128u);
  // Shares that end within a block of eight bring at most one, two and four tasks of it, on both sides.
  BOOST_TEST(sent(3, 1000) > 125u);
  BOOST_TEST(sent(3, 1000) <= 125u + 3 * 6);
}

BOOST_AUTO_TEST_CASE(evolution_strategies_send_losses_only_and_have_the_same_bits) {
  const auto parameters = method.initial(Random(1));
  const std::size_t count = 3, pairs = 5;
  const Index window = 2;
  const auto estimated = [&](Communicator& c) {
    EvolutionStrategies<double> estimate(method, sizes, 2, window);
    const auto draw = [](std::size_t i) { return draw_trial(two_moons(), network, sizes, Random(2), i); };
    return estimate(parameters, count, draw, {.sigma = 0.01, .pairs = pairs}, Random(3), c);
  };
  const MetaResult alone = estimated(this_process());
  Crew crew(2);
  for (const MetaResult& r : crew.run(estimated)) {
    BOOST_TEST(r.loss == alone.loss);
    BOOST_TEST(same(r.gradient, alone.gradient));
  }
  const std::size_t windows = static_cast<std::size_t>(sizes.steps / window);
  BOOST_TEST(crew.sent(0) + crew.sent(1) == count * pairs * windows * 2 * sizeof(double));
}

BOOST_AUTO_TEST_SUITE_END()
