// Figure 2 in gnuplot's language. Two rows, one for each family of tasks, with test accuracy and training
// loss; at the right the two methods' decision boundaries on one task. Curves are labelled at their ends, in
// their colours, so no legend is needed.
#include <engram/laboratory/axis.hpp>
#include <engram/laboratory/figure2/drawing.hpp>
#include <engram/laboratory/intervals.hpp>
#include <engram/laboratory/scene_script.hpp>
#include <engram/laboratory/style.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace engram::laboratory {

namespace {

constexpr const char *rule_name = "learned rule", *backprop_name = "backprop";
constexpr const char* preamble = R"(
size(pixels) = sprintf(',%g', pixels * unit)
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

/// A panel's letter and a line of text, above it at its left edge.
std::string heading(const Place& p, char letter, const std::string& text, const char* colour = "#111111") {
  constexpr double letter_width = 0.017;
  return fmt::format(
      "set label '{{/:Bold {}}}' at screen {}, screen {} left font size(20) textcolor rgb '#111111'\n"
      "set label {} at screen {}, screen {} left noenhanced font size(18) textcolor rgb '{}'\n",
      letter, p.left - letter_width, p.top + 0.032, gnuplot_quoted(text), p.left, p.top + 0.032, colour);
}

/// One trial has no standard error, and a diverged one no finite loss: the figure shows what there is.
double finite_or(double x, double otherwise) { return std::isfinite(x) ? x : otherwise; }

template <class Visit>
void for_each_band(const Figure2& f, Band Curves::*metric, const Visit& visit) {
  for (const FamilyCurves& family : f.families) visit(family.rule.*metric), visit(family.backprop.*metric);
}

/// The axis of all panels of one metric, so that they can be compared.
Axis shared_axis(const Figure2& f, Band Curves::*metric, std::vector<double> shown, bool logarithmic) {
  constexpr double smallest = 1e-5;  // below that a loss is as good as zero
  for_each_band(f, metric, [&](const Band& b) {
    for (std::size_t i = 0; i < b.mean.size(); ++i) {
      const double error = finite_or(b.error[i], 0);
      shown.push_back(b.mean[i] + error);
      shown.push_back(logarithmic ? b.mean[i] : b.mean[i] - error);
    }
  });
  if (logarithmic) std::erase_if(shown, [](double v) { return v < smallest; });
  return axis_of(shown, logarithmic);
}

std::string curve_data(const Figure2& f, const Band& band, const Axis& axis, const std::string& name) {
  std::string data = fmt::format("${} << EOD\n", name);
  for (std::size_t i = 0; i < f.steps.size(); ++i) {
    const auto inside = [&](double y) { return std::clamp(finite_or(y, axis.high), axis.low, axis.high); };
    const double mean = band.mean[i], error = finite_or(band.error[i], 0);
    data +=
        fmt::format("{} {} {} {}\n", f.steps[i], inside(mean), inside(mean - error), inside(mean + error));
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
  const auto label = [&](const char* name, const Band& band, double share) {
    return fmt::format(
        "set label \"{}\\n{}\" at graph 1.035, first {} left textcolor rgb '{}' font size(15)\n", name,
        mean_text(MeanAndError{band.mean.back(), band.error.back()}), axis.value(share + gap / 5),
        style_of(name).colour);
  };
  return label(rule_name, rule, a) + label(backprop_name, backprop, b);
}

/// The accuracy of a guess.
std::string chance_line(const Figure2& f) {
  const double chance = 1.0 / static_cast<double>(class_styles.size());
  return fmt::format(
      "set label 'chance' at first {}, first {} right offset 0,0.6 textcolor rgb '#555555' font size(14)\n"
      "set arrow 1 from graph 0, first {} to graph 1, first {} nohead lw 1.5 dt 3 lc rgb '#666666'\n",
      f.steps.back(), chance, chance, chance);
}

std::string curve_panel(const Figure2& f, int row, int column, Band Curves::*metric, const Axis& axis,
                        const std::string& what) {
  const char letter = static_cast<char>('a' + 3 * row + column);
  const FamilyCurves& family = f.families[static_cast<std::size_t>(row)];
  const Place p = place(row, column);
  const Band &rule = family.rule.*metric, &backprop = family.backprop.*metric;
  std::string s = curve_data(f, rule, axis, "rule") + curve_data(f, backprop, axis, "backprop");
  s += "unset logscale\n" + set_margins(p) + heading(p, letter, family.title + ": " + what) +
       end_labels(axis, rule, backprop);
  s += axis_script('x', {0, std::max(1.0, f.steps.back())}) + axis_script('y', axis);
  s += axis.logarithmic ? "" : chance_line(f);
  s += row == 1 ? fmt::format("set xlabel 'steps ({} labels each)' offset 0,0.2 textcolor rgb '#333333'\n",
                              f.labelled.size())
                : "unset xlabel\n";
  s += "plot ";
  for (const auto& [name, data] : {std::pair{backprop_name, "backprop"}, {rule_name, "rule"}}) {
    const Style style = style_of(name);
    s += fmt::format(
        "${0} using 1:3:4 with filledcurves fc rgb '{1}' fs transparent solid 0.22 noborder, "
        "${0} using 1:2 with linespoints lw 2.6 dt {2} pt {3} ps 1.2*mark pi {4} lc rgb '{1}'{5}",
        data, style.colour, style.dash, style.mark, std::max<std::size_t>(1, f.steps.size() / 5),
        name == rule_name ? "\nunset arrow\n" : ", ");
  }
  return s;
}

Scene scene(const Figure2& f) {
  return {f.x_low, f.x_high, f.y_low, f.y_high, f.labelled, f.unlabelled, f.unlabelled.rows()};
}

std::string boundary_panel(const Figure2& f, int row, const Boundary& boundary, const std::string& method) {
  const Place p = place(row, 2);
  const std::string text =
      fmt::format("{}, {}: {:.1f} % correct", f.families[0].title, method, 100 * boundary.accuracy);
  return set_margins(p) + heading(p, row == 0 ? 'c' : 'f', text, style_of(method).colour) +
         boundary_script(scene(f), boundary.probability, f.unlabelled.rows());
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
  entry("class 0", class_styles[0].mark, 1.6, class_styles[0].colour, 0.078);
  entry("class 1", class_styles[1].mark, 1.6, class_styles[1].colour, 0.078);
  entry("unlabelled", 7, 0.4, "#555555", 0);
  s += fmt::format(
      "set label 'one task; the black line is the decision boundary' at screen {}, screen 0.03 left "
      "textcolor rgb '#555555' font size(15)\n",
      columns[2][0]);
  return s;
}

}  // namespace

std::string figure2_script(const Figure2& f, const std::string& name) {
  const Axis accuracy = shared_axis(f, &Curves::accuracy, {0.5, 1}, false),
             loss = shared_axis(f, &Curves::training_loss, {1}, true);
  std::string panels = "set multiplot\nunset label\n" + page_title(f);
  for (int row = 0; row < 2; ++row) {
    panels += curve_panel(f, row, 0, &Curves::accuracy, accuracy, "test accuracy");
    panels += "unset label\n";
    panels += curve_panel(f, row, 1, &Curves::training_loss, loss, "training loss");
    panels += "unset label\n";
  }
  panels += boundary_panel(f, 0, f.rule, rule_name);
  panels += "unset label\n" + key();
  panels += boundary_panel(f, 1, f.backprop, backprop_name);
  panels += "unset multiplot\n";
  return preamble + scene_script(scene(f)) + page_script(name, 1500, 940, panels);
}

}  // namespace engram::laboratory
