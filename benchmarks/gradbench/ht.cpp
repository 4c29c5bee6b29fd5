/// Hand tracking: how far a posed hand's surface is from points that were seen, and the Jacobian of that by
/// the 26 numbers of the pose and by where on its triangle each point lies.
///
/// Matrices of bones stand side by side, so that all vertices are one product.
#include "program.hpp"

namespace engram::gradbench::ht {

constexpr Index pose_size = 26;

std::vector<Index> indices(const Json& list) { return list.get<std::vector<Index>>(); }

struct Hand {
  Index bones, vertices, seen;
  std::vector<Index> parents;
  std::vector<Numbers> relative, inverse;  ///< of each bone (4 x 4)
  Numbers skin;    ///< (4 bones x vertices): a vertex in its rest, weighted for each bone
  Numbers points;  ///< (seen x 3)
  std::vector<std::vector<Index>> corners;  ///< of each point: its vertex, or the three of its triangle
  bool mirrored, on_triangles;

  explicit Hand(const Json& in) {
    const Json &data = in["data"], &model = data["model"];
    parents = indices(model["parents"]);
    bones = static_cast<Index>(parents.size());
    for (const Json& m : model["base_relatives"]) relative.push_back(flat(m));
    for (const Json& m : model["inverse_base_absolutes"]) inverse.push_back(flat(m));
    const Numbers rest = flat(model["base_positions"]), weights = flat(model["weights"]);
    vertices = static_cast<Index>(rest.size()) / 4;
    skin.resize(static_cast<std::size_t>(4 * bones * vertices));
    for (Index b = 0; b < bones; ++b)
      for (Index i = 0; i < 4; ++i)
        for (Index v = 0; v < vertices; ++v)
          skin[(4 * b + i) * vertices + v] = weights[v * bones + b] * rest[4 * v + i];
    points = flat(data["points"]);
    mirrored = model["is_mirrored"];
    on_triangles = in.contains("us") && !in["us"].empty();
    corners.resize(on_triangles ? 3 : 1);
    for (const Index c : indices(data["correspondences"])) {
      if (!on_triangles) corners[0].push_back(c);
      for (std::size_t k = 0; on_triangles && k < 3; ++k)
        corners[k].push_back(model["triangles"][static_cast<std::size_t>(c)][k]);
    }
    seen = static_cast<Index>(corners[0].size());
  }

  /// Pose, and if points lie on triangles the first two of their coordinates there.
  std::vector<ad::Shape> shapes() const {
    std::vector<ad::Shape> all{{pose_size, 1}};
    if (on_triangles) all.push_back({seen, 2});
    return all;
  }
};

/// A matrix of given rows of numbers (1,1).
Variable matrix(const std::vector<Variables>& rows) {
  Variables all;
  for (const Variables& r : rows) all.push_back(ad::concatenate(r, 1));
  return ad::concatenate(all, 0);
}

/// The rotation about an axis whose length is the angle; none if that is nearly 0.
Variable turned_about(const Variable& axis) {
  auto& tape = axis.tape();
  const Variable length = norm(axis), none = less(length, 1e-4);
  const Variable angle = select(none, tape.constant(1.0), length);
  const Variables n = split(axis / angle, {1, 1, 1}, 0);
  const Variable s = sin(angle), c = cos(angle), d = 1.0 - c, zero = tape.constant(0.0);
  const Variable across = matrix({{zero, -n[2], n[1]}, {n[2], zero, -n[0]}, {-n[1], n[0], zero}});
  const Variable unit = tape.constant(Array(Eigen::MatrixXd::Identity(3, 3)));
  const Variable along = ad::concatenate(n, 0);
  return select(none, unit, c * unit + d * matmul_nt(along, along) + s * across);
}

/// What a joint with these three angles does to its bone (4 x 4): turns about x, then y, then z.
Variable joint(const Variable& x, const Variable& y, const Variable& z) {
  const Variable one = x.tape().constant(1.0), zero = x.tape().constant(0.0);
  const Variable cx = cos(x), sx = sin(x), cy = cos(y), sy = sin(y), cz = cos(z), sz = sin(z);
  const auto about = [&](const Variable& a, const Variable& b, const Variable& c) {
    return Variables{a, b, c, zero};
  };
  return matrix({about(cz * cy, cz * sy * sx - sz * cx, cz * sy * cx + sz * sx),
                 about(sz * cy, sz * sy * sx + cz * cx, sz * sy * cx - cz * sx),
                 about(-sy, cy * sx, cy * cx),
                 {zero, zero, zero, one}});
}

/// The vertices of the posed hand (vertices x 3).
Variable surface(const Hand& hand, const Variable& pose) {
  auto& tape = pose.tape();
  const Variable zero = tape.constant(0.0);
  const Variables numbers = split(pose, std::vector<Index>(pose_size, 1), 0);
  // Of each finger three of its four bones bend, the first one sideways, too; bone 0 is the wrist.
  std::vector<Variables> angles(static_cast<std::size_t>(hand.bones));  // about x, y, z; none of a stiff bone
  std::size_t next = 6;
  for (std::size_t finger = 0; finger < 5; ++finger)
    for (std::size_t part = 0; part < 3; ++part) {
      const Variable forwards = numbers[next++];
      angles[2 + 4 * finger + part] = {forwards, zero, part == 0 ? numbers[next++] : zero};
    }
  Variables absolute, transforms;
  for (Index b = 0; b < hand.bones; ++b) {
    const auto i = static_cast<std::size_t>(b);
    Variable bone = constant(tape, hand.relative[i], {4, 4});
    if (!angles[i].empty()) bone = matmul(bone, joint(angles[i][0], angles[i][1], angles[i][2]));
    const Index parent = hand.parents[i];
    absolute.push_back(parent < 0 ? bone : matmul(absolute[static_cast<std::size_t>(parent)], bone));
    transforms.push_back(slice_rows(matmul(absolute.back(), constant(tape, hand.inverse[i], {4, 4})), 0, 3));
  }
  Variable all =
      matmul(ad::concatenate(transforms, 1), constant(tape, hand.skin, {4 * hand.bones, hand.vertices}));
  if (hand.mirrored) all = all * tape.constant(Array{{-1.0}, {1.0}, {1.0}});
  return transpose(matmul(turned_about(slice_rows(pose, 0, 3)), all) + slice_rows(pose, 3, 3));
}

/// (seen x 3)
Variable distances(const Hand& hand, const Variables& in) {
  const Variable vertices = surface(hand, in[0]), seen = constant(in[0].tape(), hand.points, {hand.seen, 3});
  if (!hand.on_triangles) return seen - gather_rows(vertices, hand.corners[0]);
  const Variable u = column(in[1], 0), v = column(in[1], 1);
  return seen - (u * gather_rows(vertices, hand.corners[0]) + v * gather_rows(vertices, hand.corners[1]) +
                 (1.0 - u - v) * gather_rows(vertices, hand.corners[2]));
}

/// Derivatives by the pose (3 seen x 26); before them, where points lie on triangles, by each of a point's
/// own two coordinates (seen x 3).
Variables jacobian_of(const Hand& hand, const Variables& in) {
  const Variable y = distances(hand, in);
  Variables all;
  // Points do not depend on each other's coordinates: all move at once.
  for (Index i = 0; hand.on_triangles && i < 2; ++i) {
    Array direction = Array::Zero(hand.seen, 2);
    direction.col(i) = 1;
    all.push_back(
        ad::jvp<double>(Variables{y}, Variables{in[1]}, Variables{y.tape().constant(direction)})[0]);
  }
  all.push_back(ad::jacobian(y, Variables{in[0]})[0]);
  return all;
}

template <class F, class Output>
Prepared prepared(const Json& in, const Hand& hand, F function, Output output) {
  std::vector<Numbers> inputs{in["theta"]};
  if (hand.on_triangles) inputs.push_back(flat(in["us"]));
  return replayed(function, hand.shapes(), std::move(inputs), output);
}

Prepared objective(const Json& in) {
  const Hand hand(in);
  return prepared(
      in, hand, [&](const Variables& x) { return distances(hand, x); }, numbers);
}

Prepared jacobian(const Json& in) {
  const Hand hand(in);
  const auto rows = static_cast<std::size_t>(3 * hand.seen);
  const auto output = [rows, parts = hand.on_triangles ? std::size_t{3} : std::size_t{1}](const Replay& run) {
    Json all = Json::array();
    for (std::size_t r = 0; r < rows; ++r) {
      Numbers row;
      for (std::size_t part = 0; part < parts; ++part) {
        const auto width = static_cast<std::ptrdiff_t>(run.result(part).size() / rows);
        const auto from = run.result(part).begin() + static_cast<std::ptrdiff_t>(r) * width;
        row.insert(row.end(), from, from + width);
      }
      all.push_back(row);
    }
    return all;
  };
  return prepared(
      in, hand, [&](const Variables& x) { return jacobian_of(hand, x); }, output);
}

const Eval eval{"ht", {{"objective", objective}, {"jacobian", jacobian}}};

}  // namespace engram::gradbench::ht
