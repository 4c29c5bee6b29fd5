/// Where a camera sees a point, as a user of Ceres has it: a template over scalars, with a branch.
#pragma once

#include <cmath>

namespace engram::bench::programs {

/// A camera is its rotation (an axis times an angle), its translation, focal length, centre (two numbers),
/// two radial distortions and a tangential one.
struct CameraModel {
  template <class T>
  bool operator()(const T* camera, const T* point, T* seen) const {
    using std::cos, std::sin, std::sqrt;
    const T angle2 = camera[0] * camera[0] + camera[1] * camera[1] + camera[2] * camera[2];
    T p[3];
    if (angle2 > T(1e-16)) {
      const T angle = sqrt(angle2), c = cos(angle), s = sin(angle), inverse = T(1.0) / angle;
      const T w[3] = {camera[0] * inverse, camera[1] * inverse, camera[2] * inverse};
      const T across[3] = {w[1] * point[2] - w[2] * point[1], w[2] * point[0] - w[0] * point[2],
                           w[0] * point[1] - w[1] * point[0]};
      const T along = (w[0] * point[0] + w[1] * point[1] + w[2] * point[2]) * (T(1.0) - c);
      for (int i = 0; i < 3; ++i) p[i] = point[i] * c + across[i] * s + w[i] * along;
    } else {
      p[0] = point[0] + camera[1] * point[2] - camera[2] * point[1];
      p[1] = point[1] + camera[2] * point[0] - camera[0] * point[2];
      p[2] = point[2] + camera[0] * point[1] - camera[1] * point[0];
    }
    for (int i = 0; i < 3; ++i) p[i] += camera[3 + i];
    const T x = -p[0] / p[2], y = -p[1] / p[2], r2 = x * x + y * y;
    const T radial = T(1.0) + r2 * (camera[9] + camera[10] * r2);
    seen[0] = camera[6] * (x * radial + 2.0 * camera[11] * x * y) + camera[7];
    seen[1] = camera[6] * (y * radial + camera[11] * (r2 + 2.0 * y * y)) + camera[8];
    return true;
  }
};

}  // namespace engram::bench::programs
