#include "meta_gradient.hpp"

#include "query.hpp"
#include "step_adjoint.hpp"

#include <cstdlib>
#include <new>
#include <sys/mman.h>

namespace hand {
namespace {

/// The rule's outputs in the order of the kernels: α, β, ᾱ, β̄, δ, α̿, β̿ of δ, α, β, ᾱ, β̄, α̿, β̿.
constexpr int output_order[7] = {1, 2, 3, 4, 0, 5, 6};

void pack(Theta& t, const RuleArrays& from) {
  const auto number = [](double x) { return static_cast<float>(x); };
  for (int k = 0; k < width; k++) {
    for (int f = 0; f < 3; f++) t.A[f][k] = number(from.A[f * width + k]);
    t.a[k] = number(from.a[k]);
    t.b[k] = number(from.b[k]);
    for (int j = 0; j < width; j++) {
      t.B_h[k][j] = t.B_h_t[j][k] = number(from.B[k * width + j]);
      t.B_m[k][j] = t.B_m_t[j][k] = number(from.B[(width + k) * width + j] / batch);
    }
    for (int q = 0; q < 7; q++) t.C[k][q] = t.C_t[q][k] = number(from.C[k * 7 + output_order[q]]);
  }
  for (int q = 0; q < 7; q++) t.c[q] = number(from.c[output_order[q]]);
  for (int i = 0; i < 3; i++) t.gain[i] = number(std::exp(from.s[i]));
}

void add(RuleArrays& to, const ThetaBar& g) {
  for (int k = 0; k < width; k++) {
    for (int f = 0; f < 3; f++) to.A[f * width + k] += g.A[f][k];
    to.a[k] += g.a[k];
    to.b[k] += g.b[k];
    for (int j = 0; j < width; j++) {
      to.B[k * width + j] += g.B_h[k][j];
      to.B[(width + k) * width + j] += g.B_m[k][j] / batch;
    }
    for (int q = 0; q < 7; q++) to.C[k * 7 + output_order[q]] += g.C_t[q][k];
  }
  for (int q = 0; q < 7; q++) to.c[output_order[q]] += g.c[q];
  for (int i = 0; i < 3; i++) to.s[i] += g.s[i];
}

/// A task, and the numbers that it points to.
struct OwnedTask {
  std::vector<float> x, classes, query_x, signs;
  Task task{};

  OwnedTask(const Episode& e, int steps)
      : x(steps * 2 * batch + 16), classes(labelled), query_x(2 * query_padded), signs(query_padded) {
    const auto number = [](double v) { return static_cast<float>(v); };
    for (int s = 0; s < steps; s++)
      for (int b = 0; b < batch; b++)
        for (int k = 0; k < 2; k++) x[(s * 2 + k) * batch + b] = number(e.x[(s * batch + b) * 2 + k]);
    for (int b = 0; b < labelled; b++) classes[b] = number(e.targets[b * 2 + 1]);
    for (int q = 0; q < query_points; q++) {
      for (int k = 0; k < 2; k++) query_x[k * query_padded + q] = number(e.query_x[q * 2 + k]);
      signs[q] = e.query_targets[q * 2] > 0.5 ? 1.0f : -1.0f;
    }
    Weights& w = task.start;
    for (int n = 0; n < hidden; n++)
      for (int j = 0; j < 2; j++) {
        w.thin[n][4 * j] = number(e.W1[n * 2 + j]);
        w.thin[n][4 * j + 1] = number(e.W0[j * hidden + n]);
        w.thin[n][4 * j + 2] = number(e.feedback0[n * 2 + j]);
        w.thin[n][4 * j + 3] = number(e.feedback1[j * hidden + n]);
      }
    for (int n = 0; n < hidden * hidden; n++) w.lateral1[n] = number(e.lateral1[n]);
    for (int n = 0; n < 4; n++) {
      w.lateral0[n] = number(e.lateral0[n]);
      w.lateral2[n] = number(e.lateral2[n]);
    }
    task.x = x.data();
    task.classes = classes.data();
    task.query_x = query_x.data();
    task.signs = signs.data();
  }
};

/// One block of memory in large pages, for everything, back to back: addresses a page apart would share sets
/// of the cache.
class Memory {
 public:
  explicit Memory(std::size_t bytes) {
    constexpr std::size_t page = 2 << 20;
    const std::size_t size = (bytes + page - 1) / page * page;
    next_ = memory_ = static_cast<char*>(std::aligned_alloc(page, size));
    if (!memory_) throw std::bad_alloc();
    ::madvise(memory_, size, MADV_HUGEPAGE);
    std::memset(memory_, 0, size);
  }
  ~Memory() { std::free(memory_); }
  Memory(const Memory&) = delete;
  Memory& operator=(const Memory&) = delete;

  template <class T>
  static constexpr std::size_t bytes(int count) {
    return (sizeof(T) * count + 63) / 64 * 64;
  }
  template <class T>
  T* take(int count) {
    T* p = reinterpret_cast<T*>(next_);
    next_ += bytes<T>(count);
    return p;
  }

 private:
  char *memory_, *next_;
};

}  // namespace

struct MetaGradient::Impl {
  Impl(Store s, const RuleArrays& parameters, const std::vector<Episode>& episodes, int n)
      : store(s), steps(n), kept(s == Store::everything ? n : 1), memory(bytes()) {
    for (const Episode& e : episodes) tasks.emplace_back(e, steps);
    theta = memory.take<Theta>(1);
    pack(*theta, parameters);
    weights = memory.take<Weights>(steps + 1);
    signals = memory.take<Signals>(kept);
    first = memory.take<Layer>(kept);
    second = memory.take<Layer>(kept);
    sums = memory.take<Sums>(kept);
    scratch = memory.take<Scratch>(1);
    bar = memory.take<SignalsBar>(1);
    theta_bar = memory.take<ThetaBar>(1);
    queries = memory.take<QueryBar>(steps);
    set_rates(*theta, *scratch);
  }

  std::size_t bytes() const {
    using M = Memory;
    return M::bytes<Theta>(1) + M::bytes<Weights>(steps + 1) + M::bytes<Signals>(kept) +
           2 * M::bytes<Layer>(kept) + M::bytes<Sums>(kept) + M::bytes<Scratch>(1) + M::bytes<SignalsBar>(1) +
           M::bytes<ThetaBar>(1) + M::bytes<QueryBar>(steps);
  }
  bool asks(int i) const { return (i + 1) % objective_every == 0 || i + 1 == steps; }
  int queries_per_task() const { return (steps + objective_every - 1) / objective_every; }
  Inside inside(int slot) const { return {first[slot].of, second[slot].of, sums[slot].of}; }
  const float* x(const Task& task, int i) const { return task.x + i * 2 * batch; }

  double forward(const Task& task, float weight) {
    double loss = 0;
    weights[0] = task.start;
    for (int i = 0; i < steps; i++) {
      if (store == Store::everything)
        step_forward<true>(*theta, weights[i], &weights[i + 1], signals[i], inside(i), *scratch, x(task, i),
                           task.classes);
      else
        step_forward<false>(*theta, weights[i], &weights[i + 1], signals[0],
                            {scratch->first, scratch->second, scratch->sums}, *scratch, x(task, i),
                            task.classes);
      if (asks(i)) loss += query_loss(weights[i + 1], task, weight, queries[i]);
    }
    return loss;
  }

  void backward(const Task& task) {
    std::memset(theta_bar, 0, sizeof *theta_bar);
    std::memset(&scratch->bar, 0, sizeof scratch->bar);
    for (int i = steps - 1; i >= 0; i--) {
      if (asks(i)) add_query(queries[i]);
      const int slot = store == Store::everything ? i : 0;
      if (store == Store::weights)
        step_forward<true>(*theta, weights[i], nullptr, signals[0], inside(0), *scratch, x(task, i),
                           task.classes);
      step_adjoint(*theta, *theta_bar, weights[i], signals[slot], inside(slot), *scratch, *bar, x(task, i));
    }
  }

  void add_query(const QueryBar& q) {
    for (int n = 0; n < hidden; n++) {
      float* w = scratch->bar.thin[n];
      w[0] += q.out[n];
      w[4] -= q.out[n];
      w[1] += q.in[n][0];
      w[5] += q.in[n][1];
    }
  }

  Store store;
  int steps, kept;  // of how many steps the inside is stored
  Memory memory;
  std::vector<OwnedTask> tasks;
  Theta* theta;
  Weights* weights;  // before each step, and after the last
  Signals* signals;
  Layer *first, *second;
  Sums* sums;
  Scratch* scratch;
  SignalsBar* bar;
  ThetaBar* theta_bar;
  QueryBar* queries;  // of the steps that ask
};

MetaGradient::MetaGradient(Store store, const RuleArrays& theta, const std::vector<Episode>& episodes,
                           int steps)
    : impl_(std::make_unique<Impl>(store, theta, episodes, steps)) {}
MetaGradient::~MetaGradient() = default;

double MetaGradient::operator()(RuleArrays& gradient) {
  Impl& m = *impl_;
  for (auto* leaf :
       {&gradient.A, &gradient.a, &gradient.B, &gradient.b, &gradient.C, &gradient.c, &gradient.s})
    leaf->assign(leaf->size(), 0);
  const auto losses = static_cast<double>(m.tasks.size()) * m.queries_per_task();
  const auto weight = static_cast<float>(1 / (query_points * losses));
  double loss = 0;
  for (const OwnedTask& t : m.tasks) {
    loss += m.forward(t.task, weight);
    m.backward(t.task);
    add(gradient, *m.theta_bar);
  }
  return loss / losses;
}

}  // namespace hand
