// The eval particle with CoDiPack, both derivatives backwards. GradBench's tool has no program for it.
#include "gradbench/evals/particle.hpp"

#include "gradbench/gd.hpp"
#include "gradbench/main.hpp"
#include "nested.hpp"

struct Missed {
  template <class T>
  T operator()(const std::array<T, 1>& w) const {
    std::array<T, 2> x{0.0, 8.0}, v{0.75, 0.0};
    const double dt = 0.1;
    while (true) {
      const auto potential = [&](const auto& at) {
        using R = std::decay_t<decltype(at[0])>;
        const T place = 10.0 - w[0];
        const R dx = at[0] - 10.0, up = at[1] - R(place);
        const R far = sqrt(dx * dx + up * up), near = sqrt(dx * dx + at[1] * at[1]);
        return R(1.0 / far + 1.0 / near);
      };
      const std::array<T, 2> slope = gradient_of(potential, x);
      for (int i = 0; i < 2; ++i) x[i] += dt * v[i];
      if (x[1] <= 0.0) {
        const T end = x[0] - x[1] / v[1] * v[0];
        return end * end;
      }
      for (int i = 0; i < 2; ++i) v[i] -= dt * slope[i];
    }
  }
};

struct Cost {
  size_t input_size() const { return 1; }
  void objective(const double* w, double* out) const { *out = Missed()(std::array<double, 1>{w[0]}); }
  void gradient(const double* w, double* out) const {
    *out = gradient_of(Missed(), std::array<double, 1>{w[0]})[0];
  }
};

class RR : public Function<particle::Input, particle::Output> {
 public:
  RR(particle::Input& input) : Function(input) {}
  void compute(particle::Output& output) { output = multivariate_argmin(Cost(), &_input.w0)[0]; }
};

int main(int argc, char* argv[]) { return generic_main(argc, argv, {{"rr", function_main<RR>}}); }
