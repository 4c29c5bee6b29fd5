/// Bundle adjustment: how far the projections of points by cameras are from where they were seen, and the
/// sparse Jacobian of that: 15 derivatives of each of the two errors of an observation, and that of its
/// weight's error.
///
/// Observations pass in blocks. In a block each parameter is a row with an entry for each observation.
#include "program.hpp"

namespace engram::gradbench::ba {

constexpr Index camera_size = 11, parameters = camera_size + 3 + 1, block = 256;

/// `x + y + z`-like sums of three products.
Variable dot3(std::span<const Variable> a, std::span<const Variable> b) {
  return a[0] * b[0] + a[1] * b[1] + a[2] * b[2];
}

/// A point turned about an axis whose length is the angle (Rodrigues).
Variables turned(std::span<const Variable> axis, const Variables& p) {
  const Variable squared = dot3(axis, axis), none = equal(squared, 0.0);
  const Variable angle = sqrt(select(none, zeros_like(squared) + 1.0, squared));
  const Variable c = cos(angle), s = sin(angle), inverse = 1.0 / angle;
  Variables w, result;
  for (const Variable& a : axis) w.push_back(a * inverse);
  const Variable along = dot3(w, p) * (1.0 - c);
  for (std::size_t i = 0; i < 3; ++i) {
    const std::size_t j = (i + 1) % 3, k = (i + 2) % 3;
    const Variable full = p[i] * c + (w[j] * p[k] - w[k] * p[j]) * s + w[i] * along;
    result.push_back(select(none, p[i] + axis[j] * p[k] - axis[k] * p[j], full));
  }
  return result;
}

/// The two errors of observations. p: rotation (3), centre (3), focal length, principal point (2), distortion
/// (2); the point (3); the weight.
Variables errors(std::span<const Variable> p, const Variable& seen_x, const Variable& seen_y) {
  const Variables seen = turned(p.first(3), {p[11] - p[3], p[12] - p[4], p[13] - p[5]});
  const Variable x = seen[0] / seen[2], y = seen[1] / seen[2];
  const Variable squared = x * x + y * y;
  const Variable distortion = 1.0 + p[9] * squared + p[10] * squared * squared;
  return {p[14] * (x * distortion * p[6] + p[7] - seen_x), p[14] * (y * distortion * p[6] + p[8] - seen_y)};
}

Variable weight_error(const Variable& w) { return 1.0 - w * w; }

Variables rows_of(const Variable& x) {
  return split(x, std::vector<Index>(static_cast<std::size_t>(x.rows()), 1), 0);
}

/// Inputs: parameters (15 x observations), where they were seen (2 x observations). (observations x 2) and (1
/// x observations).
Variables objective_of_block(const Variables& in) {
  const Variables p = rows_of(in[0]), e = errors(p, row(in[1], 0), row(in[1], 1));
  return {transpose(ad::concatenate(e, 0)), weight_error(p[14])};
}

/// Observations do not depend on each other's parameters: the gradient of a sum over them is the derivative
/// of each. (observations x 30) and (1 x observations).
Variables jacobian_of_block(const Variables& in) {
  const Variables p = rows_of(in[0]), e = errors(p, row(in[1], 0), row(in[1], 1));
  Variables all = ad::gradient(sum(e[0]), p);
  for (const Variable& g : ad::gradient(sum(e[1]), p)) all.push_back(g);
  return {transpose(ad::concatenate(all, 0)), ad::gradient(sum(weight_error(p[14])), p[14])};
}

/// One camera, point, weight and feature stand for all; who sees what goes round.
struct Scene {
  Index cameras, points, observations;
  Numbers camera, point, weight, feature;
  std::vector<Index> camera_of, point_of;

  explicit Scene(const Json& in) : cameras(in["n"]), points(in["m"]), observations(in["p"]) {
    const auto repeated = [](const Json& one, Index count) {
      Numbers all;
      const Numbers part = one.is_array() ? one.get<Numbers>() : Numbers{one.get<double>()};
      for (Index i = 0; i < count; ++i) all.insert(all.end(), part.begin(), part.end());
      return all;
    };
    camera = repeated(in["cam"], cameras);
    point = repeated(in["x"], points);
    weight = repeated(in["w"], observations);
    feature = repeated(in["feat"], observations);
    for (Index i = 0; i < observations; ++i) {
      camera_of.push_back(i % cameras);
      point_of.push_back(i % points);
    }
  }

  /// Puts the parameters of `count` observations from `first` on into rows.
  void gather(Index first, Index count, double* parameter, double* seen) const {
    for (Index i = 0; i < count; ++i) {
      const Index o = first + i;
      const double *c = &camera[camera_of[o] * camera_size], *x = &point[point_of[o] * 3];
      for (Index k = 0; k < camera_size; ++k) parameter[k * count + i] = c[k];
      for (Index k = 0; k < 3; ++k) parameter[(camera_size + k) * count + i] = x[k];
      parameter[(parameters - 1) * count + i] = weight[o];
      for (Index k = 0; k < 2; ++k) seen[k * count + i] = feature[2 * o + k];
    }
  }
};

/// A function of blocks of observations, run on all of them.
class ByBlocks {
 public:
  ByBlocks(const Scene& scene, Variables (*function)(const Variables&))
      : scene_(scene), whole_(part(function, block)), rest_(part(function, scene.observations % block)) {}

  /// The first result has `width` numbers for each observation, the second one.
  void run(double* first, Index width, double* second) {
    Index at = 0;
    for (; at + block <= scene_.observations; at += block)
      run(*whole_, at, block, first + at * width, second + at);
    if (rest_) run(*rest_, at, scene_.observations - at, first + at * width, second + at);
  }

 private:
  struct Part {
    ad::Function<double> function;
    ad::Function<double>::Workspace workspace;
    Numbers parameter, seen;
  };
  static std::unique_ptr<Part> part(Variables (*function)(const Variables&), Index count) {
    if (count == 0) return nullptr;
    const auto f = ad::compile<double>(function, {{parameters, count}, {2, count}});
    return std::make_unique<Part>(Part{f, f.workspace(), Numbers(parameters * count), Numbers(2 * count)});
  }
  void run(Part& p, Index at, Index count, double* first, double* second) const {
    scene_.gather(at, count, p.parameter.data(), p.seen.data());
    p.function.run(p.workspace, {p.parameter.data(), p.seen.data()}, {first, second});
  }

  const Scene& scene_;
  std::unique_ptr<Part> whole_, rest_;
};

struct Errors {
  Scene scene;
  ByBlocks blocks;
  Numbers projection, weight;
  explicit Errors(const Json& in)
      : scene(in),
        blocks(scene, objective_of_block),
        projection(2 * scene.observations),
        weight(scene.observations) {}
};

/// In rows: of the two errors of each observation, then of each weight's error.
struct Jacobian {
  Scene scene;
  ByBlocks blocks;
  std::vector<int> rows, columns;
  Numbers values;

  explicit Jacobian(const Json& in) : scene(in), blocks(scene, jacobian_of_block) {
    const auto p = static_cast<std::size_t>(scene.observations);
    rows.resize(3 * p + 1);
    columns.resize((2 * parameters + 1) * p);
    values.resize(columns.size());
  }

  void compute() {
    const Index p = scene.observations, points_at = camera_size * scene.cameras,
                weights_at = points_at + 3 * scene.points;
    int* column = columns.data();
    int* row = rows.data();
    *row++ = 0;
    for (Index o = 0; o < p; ++o)
      for (int error = 0; error < 2; ++error) {
        for (Index k = 0; k < camera_size; ++k)
          *column++ = static_cast<int>(camera_size * scene.camera_of[o] + k);
        for (Index k = 0; k < 3; ++k) *column++ = static_cast<int>(points_at + 3 * scene.point_of[o] + k);
        *column++ = static_cast<int>(weights_at + o);
        *row++ = static_cast<int>(column - columns.data());
      }
    for (Index o = 0; o < p; ++o) {
      *column++ = static_cast<int>(weights_at + o);
      *row++ = static_cast<int>(column - columns.data());
    }
    blocks.run(values.data(), 2 * parameters, values.data() + 2 * parameters * p);
  }
};

Prepared objective(const Json& in) {
  const auto e = std::make_shared<Errors>(in);
  return {[e] { e->blocks.run(e->projection.data(), 2, e->weight.data()); },
          [e]() -> Json {
            const Index p = e->scene.observations;
            return {{"reproj_error", {{"elements", {e->projection[0], e->projection[1]}}, {"repeated", p}}},
                    {"w_err", {{"element", e->weight[0]}, {"repeated", p}}}};
          }};
}

/// The rows of the first observation, and the last entry, stand for all.
template <class T>
std::vector<T> excerpt(const std::vector<T>& all) {
  std::vector<T> some(all.begin(), all.begin() + 2 * parameters);
  some.push_back(all.back());
  return some;
}

Prepared jacobian(const Json& in) {
  const auto j = std::make_shared<Jacobian>(in);
  return {[j] { j->compute(); },
          [j]() -> Json {
            return {{"rows", excerpt(j->rows)}, {"cols", excerpt(j->columns)}, {"vals", excerpt(j->values)}};
          }};
}

const Eval eval{"ba", {{"objective", objective}, {"jacobian", jacobian}}};

}  // namespace engram::gradbench::ba
