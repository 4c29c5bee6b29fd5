#include <engram/autodiff/checksum.hpp>
#include <engram/plasticity/random.hpp>

#include <fmt/format.h>

#include <cmath>
#include <stdexcept>

ENGRAM_PLASTICITY_BEGIN
namespace {

using Words = std::array<std::uint32_t, 4>;

constexpr std::uint32_t low(std::uint64_t x) { return static_cast<std::uint32_t>(x); }
constexpr std::uint32_t high(std::uint64_t x) { return static_cast<std::uint32_t>(x >> 32); }
constexpr std::uint64_t join(std::uint32_t lo, std::uint32_t hi) {
  return (static_cast<std::uint64_t>(hi) << 32) | lo;
}

Words block(std::uint64_t counter, std::uint64_t stream, std::uint64_t key) {
  return philox4x32({low(counter), high(counter), low(stream), high(stream)}, {low(key), high(key)});
}

// Splitting must not reuse the blocks that drawing uses: it runs under another key.
constexpr std::uint64_t splitting = 0x656e6772616d2121;  // "engram!!"

template <std::size_t n>
double polynomial(const double (&coefficients)[n], double x) {  // highest power first
  double y = 0;
  for (const double c : coefficients) y = y * x + c;
  return y;
}

}  // namespace

std::array<std::uint32_t, 4> philox4x32(std::array<std::uint32_t, 4> x, std::array<std::uint32_t, 2> key) {
  for (int round = 0; round < 10; ++round) {
    const std::uint64_t p0 = std::uint64_t{0xD2511F53} * x[0];
    const std::uint64_t p1 = std::uint64_t{0xCD9E8D57} * x[2];
    x = {high(p1) ^ x[1] ^ key[0], low(p1), high(p0) ^ x[3] ^ key[1], low(p0)};
    key[0] += 0x9E3779B9;
    key[1] += 0xBB67AE85;
  }
  return x;
}

Random::Random(const State& state) : state_(state) {
  if (state_.position % 2 == 1) block_ = block(state_.position / 2, state_.stream, state_.key);
}

Random Random::split(std::uint64_t id) const {
  const Words child = block(id, state_.stream, state_.key ^ splitting);
  return Random(State{.key = join(child[0], child[1]), .stream = join(child[2], child[3])});
}

Random Random::split(std::string_view name) const { return split(autodiff::checksum(name)); }

std::uint64_t Random::bits() {
  const bool second = state_.position % 2 == 1;
  if (!second) block_ = block(state_.position / 2, state_.stream, state_.key);
  ++state_.position;
  return second ? join(block_[2], block_[3]) : join(block_[0], block_[1]);
}

double Random::uniform() { return (static_cast<double>(bits() >> 12) + 0.5) * 0x1p-52; }

double Random::log_uniform(double low, double high) { return low * std::pow(high / low, uniform()); }

double Random::normal() { return normal_quantile(uniform()); }

std::uint64_t Random::integer(std::uint64_t n) {
  if (n == 0) throw std::invalid_argument("[integer] n is 0: there is nothing to choose from");
  const std::uint64_t rejected = (0 - n) % n;  // 2^64 mod n: the values that would make some results likelier
  std::uint64_t x = bits();
  while (x < rejected) x = bits();
  return x % n;
}

Array<double> normal(Random& random, Index rows, Index columns, double deviation) {
  Array<double> x(rows, columns);
  for (Index i = 0; i < x.size(); ++i) x.data()[i] = deviation * random.normal();
  return x;
}

double normal_quantile(double p) {
  if (!(p > 0 && p < 1))
    throw std::invalid_argument(fmt::format("[normal_quantile] p is {}: it must lie between 0 and 1", p));
  const double q = p - 0.5;
  if (std::abs(q) <= 0.425) {
    const double r = 0.180625 - q * q;
    return q *
           polynomial({2.5090809287301226727e+3, 3.3430575583588128105e+4, 6.7265770927008700853e+4,
                       4.5921953931549871457e+4, 1.3731693765509461125e+4, 1.9715909503065514427e+3,
                       1.3314166789178437745e+2, 3.3871328727963666080e+0},
                      r) /
           polynomial({5.2264952788528545610e+3, 2.8729085735721942674e+4, 3.9307895800092710610e+4,
                       2.1213794301586595867e+4, 5.3941960214247511077e+3, 6.8718700749205790830e+2,
                       4.2313330701600911252e+1, 1.0},
                      r);
  }
  const double r = std::sqrt(-std::log(q < 0 ? p : 1 - p));
  const double x =
      r <= 5
          ? polynomial({7.74545014278341407640e-4, 2.27238449892691845833e-2, 2.41780725177450611770e-1,
                        1.27045825245236838258e+0, 3.64784832476320460504e+0, 5.76949722146069140550e+0,
                        4.63033784615654529590e+0, 1.42343711074968357734e+0},
                       r - 1.6) /
                polynomial({1.05075007164441684324e-9, 5.47593808499534494600e-4, 1.51986665636164571966e-2,
                            1.48103976427480074590e-1, 6.89767334985100004550e-1, 1.67638483018380384940e+0,
                            2.05319162663775882187e+0, 1.0},
                           r - 1.6)
          : polynomial({2.01033439929228813265e-7, 2.71155556874348757815e-5, 1.24266094738807843860e-3,
                        2.65321895265761230930e-2, 2.96560571828504891230e-1, 1.78482653991729133580e+0,
                        5.46378491116411436990e+0, 6.65790464350110377720e+0},
                       r - 5) /
                polynomial({2.04426310338993978564e-15, 1.42151175831644588870e-7, 1.84631831751005468180e-5,
                            7.86869131145613259100e-4, 1.48753612908506148525e-2, 1.36929880922735805310e-1,
                            5.99832206555887937690e-1, 1.0},
                           r - 5);
  return q < 0 ? -x : x;
}

ENGRAM_PLASTICITY_END
