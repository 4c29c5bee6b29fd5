/// How the hand-written adjoint lays out its memory: workload W1 only, all sizes known at compile time.
///
/// One row for each neuron and example, row = neuron * batch + example; the hidden layer's neurons come
/// first, then the input's, then the output's. What the rule computes inside is 16 numbers per row, one
/// AVX-512 register; what it reads and gives is one float per row, so a neuron's batch lies side by side.
#pragma once

namespace hand {

constexpr int width = 16;   ///< of the rule
constexpr int hidden = 20;  ///< neurons; input and output have two each
constexpr int labelled = 10;
constexpr int batch = 20;  ///< labelled examples first
constexpr int query_points = 100;
constexpr int query_padded = 112;  ///< whole registers
constexpr int objective_every = 5;

constexpr int hidden_rows = hidden * batch;
constexpr int input_row = hidden_rows;               ///< first row of the input layer
constexpr int output_row = hidden_rows + 2 * batch;  ///< first row of the output layer
constexpr int rows = hidden_rows + 4 * batch;        ///
constexpr int padded_rows = rows + 16;               ///< kernels may write 8 rows too many
constexpr int neurons = hidden + 4;

/// The rule's parameters, as the kernels want them. The outputs stand in the order α, β, ᾱ, β̄, δ, α̿, β̿, and
/// one that is always 0.
struct alignas(64) Theta {
  float A[3][width], a[width];
  float B_h[width][width], B_m[width][width], b[width];  ///< B_m is divided by the batch: it meets sums
  float C[width][8], c[8];
  float C_t[8][width], B_h_t[width][width], B_m_t[width][width];  ///< transposed
  float gain[4];                                                  ///< exp(s)
};

/// The cotangent of θ, summed over a task's steps.
struct alignas(64) ThetaBar {
  float A[3][width], a[width];
  float B_h[width][width], B_m[width][width], b[width];
  float C_t[8][width], c[8];
  float s[4], padding[4];
};

/// All plastic weights. The thin ones (20 x 2 and 2 x 20) are kept together, since their updates are computed
/// together: thin[i] = (W1[i][j], W0[j][i], W̄0[i][j], W̄1[j][i]) for j = 0, then for j = 1.
struct alignas(64) Weights {
  float thin[hidden][8];
  float lateral1[hidden * hidden], lateral0[4], lateral2[4];
};

/// What a step computes for each row.
struct alignas(64) Signals {
  float z[padded_rows], z_bar[padded_rows], z_lat[padded_rows];
  float delta[padded_rows], alpha_lat[padded_rows], beta_lat[padded_rows];
  float pairs[padded_rows][4];  ///< α, β, ᾱ, β̄
};

/// Inside the rule: one of its tanh layers.
struct alignas(64) Layer {
  float of[rows][width];
};
/// The first layer's sums over the batch.
struct alignas(64) Sums {
  float of[neurons][width];
};

/// Cotangents of a step's signals, and inside the rule before each tanh.
struct alignas(64) SignalsBar {
  float z[padded_rows], z_bar[padded_rows], z_lat[padded_rows];
  float delta[padded_rows], alpha_lat[padded_rows], beta_lat[padded_rows];
  float pairs[padded_rows][4];
  float first[padded_rows][width], second[batch][width];
};

/// What a step needs while it runs.
struct Scratch {
  alignas(64) float before[batch][8];  ///< the two small layers' factors of the thin updates
  float behind[batch][8];
  float x1[hidden_rows + 16], transposed[hidden_rows], thin[hidden][8], square[hidden_rows + 16];
  float quads[hidden_rows][4];
  float first[2 * batch][width], second[2 * batch][width], sums[2][width];  ///< two neurons, in turn
  Weights bar, scaled_bar;  ///< cotangent of the weights; the same times the step sizes
  float thin_rate[8], lateral1_rate, small_lateral_rate;
};

/// A task's data.
struct Task {
  const float* x;        ///< steps x 2 x batch
  const float* classes;  ///< labelled: 0 or 1
  const float* query_x;  ///< 2 x query_padded
  const float* signs;    ///< query_padded: 1 for class 0, -1 for class 1, 0 for none
  Weights start;
};

}  // namespace hand
