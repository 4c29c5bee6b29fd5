// The eval saddle with CoDiPack, both derivatives backwards, the outer one through the whole inner descent.
// GradBench's tool has no program for it.
#include "gradbench/evals/saddle.hpp"

#include "gradbench/gd.hpp"
#include "gradbench/main.hpp"
#include "nested.hpp"

template <class T>
struct Answer {
  std::array<T, 2> x;

  template <class Y>
  auto at(const std::array<Y, 2>& y) const {
    return Y(saddle::objective<Y>(x[0], x[1], y[0], y[1]));
  }
  size_t input_size() const { return 2; }
  void objective(const T* y, T* out) const { *out = at(std::array<T, 2>{y[0], y[1]}); }
  void gradient(const T* y, T* out) const {
    const auto g = gradient_of([&](const auto& v) { return at(v); }, std::array<T, 2>{y[0], y[1]});
    out[0] = g[0];
    out[1] = g[1];
  }
};

struct Largest {
  std::array<double, 2> start;

  template <class T>
  T operator()(const std::array<T, 2>& x) const {
    const Answer<T> f{x};
    const std::array<T, 2> from{start[0], start[1]};
    const auto y = multivariate_argmax(f, from.data());
    return f.at(std::array<T, 2>{y[0], y[1]});
  }
  size_t input_size() const { return 2; }
  void objective(const double* x, double* out) const { *out = (*this)(std::array<double, 2>{x[0], x[1]}); }
  void gradient(const double* x, double* out) const {
    const auto g = gradient_of(*this, std::array<double, 2>{x[0], x[1]});
    out[0] = g[0];
    out[1] = g[1];
  }
};

class RR : public Function<saddle::Input, saddle::Output> {
 public:
  RR(saddle::Input& input) : Function(input) {}
  void compute(saddle::Output& output) {
    const auto x = multivariate_argmin(Largest{{_input.start[0], _input.start[1]}}, _input.start);
    const auto y = multivariate_argmax(Answer<double>{{x[0], x[1]}}, _input.start);
    output = {x[0], x[1], y[0], y[1]};
  }
};

int main(int argc, char* argv[]) { return generic_main(argc, argv, {{"rr", function_main<RR>}}); }
