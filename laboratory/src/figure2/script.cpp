// Figure 2 in gnuplot's language. Two rows, one for each family of tasks, with test accuracy and training
// loss; at the right the two methods' decision boundaries on one task. Curves are labelled at their ends, in
// their colours, so no legend is needed.
#include <engram/laboratory/figure2/drawing.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

namespace engram::laboratory {

namespace {

// Okabe and Ito's palette, told apart with any kind of colour vision.
constexpr const char* rule_colour = "#0072B2";
constexpr const char* backprop_colour = "#D55E00";
constexpr const char* class_colours[2]{"#009E73", "#CC79A7"};
constexpr int class_points[2]{7, 9};  // a disc and a triangle

constexpr const char* preamble = R"(
size(pixels) = sprintf(',%g', pixels * unit)
set style fill solid noborder
unset colorbox
set palette defined (0 '#8FD3BD', 0.5 '#FFFFFF', 1 '#E9BFD6')
set cbrange [0:1]
)";

/// A panel's place on the page, in fractions of it.
struct Place {
  double left, right, bottom, top;
};
constexpr double rows[2][2]{{0.537, 0.835}, {0.108, 0.406}};  // bottom, top
constexpr double columns[3][2]{{0.055, 0.262}, {0.392, 0.599}, {0.722, 0.985}};

Place place(int row, int column) {
  return {columns[column][0], columns[column][1], rows[row][0], rows[row][1]};
}

std::string set_margins(const Place& p) {
  return fmt::format(
      "set lmargin at screen {}\nset rmargin at screen {}\nset bmargin at screen {}\nset tmargin at screen "
      "{}\n",
      p.left, p.right, p.bottom, p.top);
}

/// A bold line of text above a panel, at its left edge.
std::string heading(const Place& p, const std::string& text, const char* colour = "#111111") {
  return fmt::format(
      "set label {} at screen {}, screen {} left noenhanced font size(18) textcolor rgb '{}'\n",
      gnuplot_quoted(text), p.left, p.top + 0.032, colour);
}

/// What all panels of one metric have in common: the same axis above and below, so that they can be compared.
struct Axis {
  double low, high;
  bool logarithmic;

  double share(double y) const {  // 0 at the bottom of the panel, 1 at its top
    return logarithmic ? std::log(y / low) / std::log(high / low) : (y - low) / (high - low);
  }
  double value(double share) const {
    return logarithmic ? low * std::pow(high / low, share) : low + share * (high - low);
  }
};

/// One trial has no standard error, and a diverged one no finite loss: the figure shows what there is.
double finite_or(double x, double otherwise) { return std::isfinite(x) ? x : otherwise; }

template <class Visit>
void for_each_band(const Figure2& f, Band Curves::*metric, const Visit& visit) {
  for (const FamilyCurves& family : f.families) visit(family.rule.*metric), visit(family.backprop.*metric);
}

Axis accuracy_axis(const Figure2& f) {
  double low = 0.6;
  for_each_band(f, &Curves::accuracy, [&](const Band& b) {
    for (std::size_t i = 0; i < b.mean.size(); ++i) low = std::min(low, b.mean[i] - finite_or(b.error[i], 0));
  });
  return {std::max(0.0, std::floor(low * 10) / 10), 1.0, false};
}

Axis loss_axis(const Figure2& f) {
  constexpr double smallest = 1e-5;  // below that a loss is as good as zero
  double low = 1, high = 1;
  for_each_band(f, &Curves::training_loss, [&](const Band& b) {
    for (std::size_t i = 0; i < b.mean.size(); ++i) {
      if (b.mean[i] > smallest) low = std::min(low, b.mean[i]);
      high = std::max(high, finite_or(b.mean[i] + finite_or(b.error[i], 0), 1));
    }
  });
  return {low / 1.4, high * 1.15, true};
}

/// Numbers along a logarithmic axis: every power of ten, and between them 2 and 5 if there are few.
std::string log_tics(const Axis& axis) {
  std::string tics;
  const bool many = axis.high / axis.low > 500;
  for (int power = -6; power < 6; ++power)
    for (const int digit : {1, 2, 5}) {
      const double y = digit * std::pow(10, power);
      if ((many && digit != 1) || y < axis.low || y > axis.high) continue;
      const std::string text = power < -3 ? fmt::format("10^{{{}}}", power) : fmt::format("{:g}", y);
      tics += fmt::format("{}'{}' {:g}", tics.empty() ? "" : ", ", text, y);
    }
  return fmt::format("set logscale y\nset ytics nomirror ({})\n", tics);
}

std::string curve_data(const Figure2& f, const Band& band, const Axis& axis, const std::string& name) {
  std::string data = fmt::format("${} << EOD\n", name);
  for (std::size_t i = 0; i < f.labelled_seen.size(); ++i) {
    const auto inside = [&](double y) { return std::clamp(finite_or(y, axis.high), axis.low, axis.high); };
    const double mean = band.mean[i], error = finite_or(band.error[i], 0);
    data += fmt::format("{} {} {} {}\n", f.labelled_seen[i], inside(mean), inside(mean - error),
                        inside(mean + error));
  }
  return data + "EOD\n";
}

/// Labels at the curves' right ends, moved apart where the curves end close together.
std::string end_labels(const Axis& axis, const Band& rule, const Band& backprop) {
  constexpr double gap = 0.18;                     // two lines of text, as a share of the panel's height
  constexpr double lowest = 0.06, highest = 0.95;  // so that they stay beside the panel
  const auto end = [&](const Band& band) {
    return std::clamp(axis.share(std::clamp(finite_or(band.mean.back(), axis.high), axis.low, axis.high)),
                      lowest, highest);
  };
  double a = end(rule), b = end(backprop);
  if (std::abs(a - b) < gap) {
    const double middle = std::clamp((a + b) / 2, lowest + gap / 2, highest - gap / 2);
    const double half = a >= b ? gap / 2 : -gap / 2;
    a = middle + half, b = middle - half;
  }
  const auto label = [&](const char* name, const Band& band, double share, const char* colour) {
    const double y = band.mean.back(), error = band.error.back();
    std::string number = fmt::format(fmt::runtime(axis.logarithmic ? "{:.2g}" : "{:.3f}"), y);
    if (std::isfinite(error))
      number += fmt::format(fmt::runtime(axis.logarithmic ? " ± {:.1g}" : " ± {:.3f}"), error);
    return fmt::format(
        "set label \"{}\\n{}\" at graph 1.035, first {} left textcolor rgb '{}' font size(15)\n", name,
        number, axis.value(share + gap / 5), colour);
  };
  return label("learned rule", rule, a, rule_colour) + label("backprop", backprop, b, backprop_colour);
}

std::string curve_panel(const Figure2& f, int row, int column, Band Curves::*metric, const Axis& axis,
                        const std::string& what) {
  const FamilyCurves& family = f.families[static_cast<std::size_t>(row)];
  const Place p = place(row, column);
  const Band &rule = family.rule.*metric, &backprop = family.backprop.*metric;
  std::string s = curve_data(f, rule, axis, "rule") + curve_data(f, backprop, axis, "backprop");
  s += "unset logscale\n" + set_margins(p) + heading(p, family.title + ": " + what) +
       end_labels(axis, rule, backprop);
  s += fmt::format("set xrange [{}:{}]\nset yrange [{}:{}]\nset xtics nomirror autofreq\n", 0,
                   f.labelled_seen.back(), axis.low, axis.high);
  s += axis.logarithmic ? log_tics(axis) : "set ytics nomirror autofreq 0.1\nset format y '%.1f'\n";
  s += row == 1 ? "set xlabel 'labelled examples seen' offset 0,0.2 textcolor rgb '#333333'\n"
                : "unset xlabel\n";
  s += "plot ";
  for (const auto& [name, colour] : {std::pair{"backprop", backprop_colour}, {"rule", rule_colour}})
    s += fmt::format(
        "${0} using 1:3:4 with filledcurves fc rgb '{1}' fs transparent solid 0.22 noborder, "
        "${0} using 1:2 with lines lw 2.6 lc rgb '{1}'{2}",
        name, colour, name == std::string("rule") ? "\n" : ", ");
  return s;
}

std::string points_data(const plasticity::Array<double>& x, const std::vector<int>* labels, int label,
                        const std::string& name) {
  std::string data = fmt::format("${} << EOD\n", name);
  for (plasticity::Index i = 0; i < x.rows(); ++i)
    if (labels == nullptr || (*labels)[static_cast<std::size_t>(i)] == label)
      data += fmt::format("{} {}\n", x(i, 0), x(i, 1));
  return data + "EOD\n";
}

std::string grid_data(const Figure2& f, const Boundary& boundary) {
  const auto& g = boundary.probability;
  std::string data = "$grid << EOD\n";
  for (plasticity::Index i = 0; i < g.rows(); ++i) {
    const double y =
        f.y_low + (f.y_high - f.y_low) * static_cast<double>(i) / static_cast<double>(g.rows() - 1);
    for (plasticity::Index j = 0; j < g.cols(); ++j)
      data += fmt::format(
          "{:.6g} {:.6g} {:.4f}\n",
          f.x_low + (f.x_high - f.x_low) * static_cast<double>(j) / static_cast<double>(g.cols() - 1), y,
          g(i, j));
    data += "\n";
  }
  return data + "EOD\n";
}

std::string boundary_panel(const Figure2& f, int row, const Boundary& boundary, const std::string& method,
                           const char* colour) {
  Place p = place(row, 2);
  std::string s = grid_data(f, boundary);
  s += "unset logscale\n" + set_margins(p);
  s += heading(p,
               fmt::format("{}, {}: {:.1f} % correct", f.families[0].title, method, 100 * boundary.accuracy),
               colour);
  s += fmt::format("set xrange [{}:{}]\nset yrange [{}:{}]\n", f.x_low, f.x_high, f.y_low, f.y_high);
  s += "set format '%.6g'\nset contour base\nset cntrparam levels discrete 0.5\nunset surface\n"
       "set table $contour\nsplot $grid using 1:2:3\nunset table\n"
       "unset contour\nset surface\n"
       "set border 15\nunset tics\nunset xlabel\nset size ratio -1\n"
       "plot $grid using 1:2:3 with image, $contour using 1:2 with lines lw 2.4 lc rgb '#222222', "
       "$unlabelled using 1:2 with points pt 7 ps 0.3*mark lc rgb '#555555'";
  for (int k = 0; k < 2; ++k)
    s += fmt::format(
        ", $class{0} using 1:2 with points pt {1} ps 2.1*mark lc rgb 'white', "
        "$class{0} using 1:2 with points pt {1} ps 1.6*mark lc rgb '{2}'",
        k, class_points[k], class_colours[k]);
  return s + "\nset border 3\nset tics\nset size noratio\n";
}

std::string page_title(const Figure2& f) {
  return fmt::format(
      "set label {0} at screen {1}, screen 0.958 left font size(24) textcolor rgb '#111111'\n"
      "set label {2} at screen {1}, screen 0.920 left textcolor rgb '#555555'\n",
      gnuplot_quoted(f.title), columns[0][0], gnuplot_quoted(f.note));
}

/// What the marks in the boundary panels are, below them.
std::string key() {
  std::string s;
  double x = columns[2][0] + 0.012;
  const auto entry = [&](const char* text, int point, double size, const char* colour, double width) {
    s += fmt::format(
        "set label '{}' at screen {}, screen 0.07 left offset 0.6,0 point pt {} ps {}*mark lc rgb '{}' "
        "textcolor rgb '#333333' font size(15)\n",
        text, x, point, size, colour);
    x += width;
  };
  entry("class 0", class_points[0], 1.6, class_colours[0], 0.078);
  entry("class 1", class_points[1], 1.6, class_colours[1], 0.078);
  entry("unlabelled", 7, 0.4, "#555555", 0);
  s += fmt::format(
      "set label 'one task; the black line is the decision boundary' at screen {}, screen 0.03 left "
      "textcolor rgb '#555555' font size(15)\n",
      columns[2][0]);
  return s;
}

}  // namespace

std::string figure2_script(const Figure2& f, const std::string& name) {
  const Axis accuracy = accuracy_axis(f), loss = loss_axis(f);
  std::string s = preamble;
  s += points_data(f.unlabelled, nullptr, 0, "unlabelled");
  for (int k = 0; k < 2; ++k)
    s += points_data(f.labelled.x, &f.labelled.labels, k, fmt::format("class{}", k));
  std::string panels = "set multiplot\nunset label\n" + page_title(f);
  for (int row = 0; row < 2; ++row) {
    panels += curve_panel(f, row, 0, &Curves::accuracy, accuracy, "test accuracy");
    panels += "unset label\n";
    panels += curve_panel(f, row, 1, &Curves::training_loss, loss, "training loss");
    panels += "unset label\n";
  }
  panels += boundary_panel(f, 0, f.rule, "learned rule", rule_colour);
  panels += "unset label\n" + key();
  panels += boundary_panel(f, 1, f.backprop, "backprop", backprop_colour);
  panels += "unset multiplot\n";
  return s + page_script(name, 1500, 940, panels);
}

}  // namespace engram::laboratory
