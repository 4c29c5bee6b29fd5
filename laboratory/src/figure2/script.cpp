// Figure 2 in gnuplot's language. A row for each family of tasks, with test accuracy and training loss; at
// the right the two methods' decision boundaries on one task, and the gains. Curves are labelled at their
// ends, in their colours, so no legend is needed.
#include <engram/laboratory/axis.hpp>
#include <engram/laboratory/intervals.hpp>
#include <engram/laboratory/scene_script.hpp>
#include <engram/laboratory/style.hpp>

#include "page.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <functional>
#include <numeric>

namespace engram::laboratory {

namespace {

constexpr const char* preamble = R"(
size(pixels) = sprintf(',%g', pixels * unit)
)";

/// One trial has no standard error, and a diverged one no finite loss: the figure shows what there is.
double finite_or(double x, double otherwise) { return std::isfinite(x) ? x : otherwise; }

template <class Visit>
void for_each_band(const Figure2& f, Band Curves::*metric, const Visit& visit) {
  for (const FamilyCurves& family : f.families)
    for (const Curves* c : {&family.rule, &family.one_setting, &family.best_case}) visit(c->*metric);
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

/// A curve of a panel, by the name that its label and its style have.
struct Line {
  const char* name;
  const Band* band;
};

/// In the order in which they are drawn: the rule is on top.
std::vector<Line> lines_of(const FamilyCurves& family, Band Curves::*metric) {
  std::vector<Line> lines{{family.same ? same_name : one_setting_name, &(family.one_setting.*metric)}};
  if (!family.same) lines.push_back({best_case_name, &(family.best_case.*metric)});
  lines.push_back({rule_name, &(family.rule.*metric)});
  return lines;
}

/// Where labels are to be, as shares of the panel's height, so that they keep apart and stay beside the
/// panel.
std::vector<double> kept_apart(std::vector<double> shares) {
  constexpr double gap = 0.18;                     // two lines of text
  constexpr double lowest = 0.06, highest = 0.95;  // of a label's middle
  std::vector<std::size_t> order(shares.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::ranges::stable_sort(order, std::greater<>(), [&](std::size_t i) { return shares[i]; });
  double ceiling = highest;
  for (const std::size_t i : order) ceiling = (shares[i] = std::min(shares[i], ceiling)) - gap;
  double floor = lowest;
  std::ranges::reverse(order);
  for (const std::size_t i : order) floor = (shares[i] = std::max(shares[i], floor)) + gap;
  return shares;
}

/// Labels at the curves' right ends.
std::string end_labels(const Axis& axis, const std::vector<Line>& lines) {
  std::vector<double> shares;
  for (const Line& l : lines)
    shares.push_back(axis.share(std::clamp(finite_or(l.band->mean.back(), axis.high), axis.low, axis.high)));
  shares = kept_apart(shares);
  std::string s;
  for (std::size_t i = 0; i < lines.size(); ++i) {
    const auto& [name, band] = lines[i];
    s += fmt::format("set label \"{}\\n{}\" at graph 1.035, first {} left textcolor rgb '{}' font size(15)\n",
                     name, mean_text(MeanAndError{band->mean.back(), band->error.back()}),
                     axis.value(shares[i] + 0.036), style_of(name).colour);
  }
  return s;
}

/// The accuracy of a guess.
std::string chance_line(const Figure2& f) {
  const double chance = 1.0 / static_cast<double>(class_styles.size());
  return fmt::format(
      "set label 'chance' at first {}, first {} right offset 0,0.6 textcolor rgb '#555555' font size(14)\n"
      "set arrow 1 from graph 0, first {} to graph 1, first {} nohead lw 1.5 dt 3 lc rgb '#666666'\n",
      f.steps.back(), chance, chance, chance);
}

std::string curve_panel(const Figure2& f, const Page& page, int row, int column, Band Curves::*metric,
                        const Axis& axis, const std::string& what) {
  const char letter = static_cast<char>('a' + 3 * row + column);
  const FamilyCurves& family = f.families[static_cast<std::size_t>(row)];
  const PanelPlace p = place(page, row, column);
  const std::vector<Line> lines = lines_of(family, metric);
  std::string s, plot;
  for (std::size_t i = 0; i < lines.size(); ++i) {
    s += curve_data(f, *lines[i].band, axis, fmt::format("curve{}", i));
    const Style style = style_of(lines[i].name);
    plot += fmt::format(
        "{0}$curve{1} using 1:3:4 with filledcurves fc rgb '{2}' fs transparent solid 0.22 noborder, "
        "$curve{1} using 1:2 with linespoints lw 2.6 dt {3} pt {4} ps 1.2*mark pi {5} lc rgb '{2}'",
        i == 0 ? "" : ", ", i, style.colour, style.dash, style.mark,
        std::max<std::size_t>(1, f.steps.size() / 5));
  }
  s += "unset logscale\n" + set_margins(p) + heading(p, letter, family.title + ": " + what) +
       end_labels(axis, lines);
  s += axis_script('x', {0, std::max(1.0, f.steps.back())}) + axis_script('y', axis);
  s += axis.logarithmic ? "" : chance_line(f);
  s += static_cast<std::size_t>(row) + 1 == f.families.size()
           ? fmt::format("set xlabel 'steps ({} labels each)' offset 0,0.2 textcolor rgb '#333333'\n",
                         f.labelled.size())
           : "unset xlabel\n";
  return s + "plot " + plot + "\nunset arrow\n";
}

Scene scene(const Figure2& f) {
  return {f.x_low, f.x_high, f.y_low, f.y_high, f.labelled, f.unlabelled, f.unlabelled.rows()};
}

std::string boundary_panel(const Figure2& f, const Page& page, int row, const Boundary& boundary,
                           const std::string& method) {
  const PanelPlace p = place(page, row, 2);
  const std::string text =
      fmt::format("{}, {}: {:.1f} % correct", f.families[0].title, method, 100 * boundary.accuracy);
  return set_margins(p) + heading(p, static_cast<char>('c' + 3 * row), text, style_of(method).colour) +
         boundary_script(scene(f), boundary.probability, f.unlabelled.rows());
}

/// What the marks in the boundary panels are, below the lower one.
std::string key(const Page& page) {
  const PanelPlace below = place(page, 1, 2);
  std::string s;
  double x = below.left + 0.012;
  const auto entry = [&](const char* text, int point, double size, const char* colour, double wide) {
    s += fmt::format(
        "set label '{}' at screen {}, screen {} left offset 0.6,0 point pt {} ps {}*mark lc rgb '{}' "
        "textcolor rgb '#333333' font size(15)\n",
        text, x, below.bottom - 22 * below.line, point, size, colour);
    x += wide;
  };
  entry("class 0", class_styles[0].mark, 1.6, class_styles[0].colour, 0.078);
  entry("class 1", class_styles[1].mark, 1.6, class_styles[1].colour, 0.078);
  entry("unlabelled", 7, 0.4, "#555555", 0);
  s += fmt::format(
      "set label 'one task; the black line is the decision boundary' at screen {}, screen {} left "
      "textcolor rgb '#555555' font size(15)\n",
      below.left, below.bottom - 52 * below.line);
  return s;
}

}  // namespace

std::string figure2_script(const Figure2& f, const std::string& name) {
  const Axis accuracy = shared_axis(f, &Curves::accuracy, {0.5, 1}, false),
             loss = shared_axis(f, &Curves::training_loss, {1}, true);
  const int rows = static_cast<int>(f.families.size());
  const Page page = page_of(f);
  std::string panels = "set multiplot\nunset label\n" + page_header(f, page);
  for (int row = 0; row < rows; ++row) {
    panels += curve_panel(f, page, row, 0, &Curves::accuracy, accuracy, "test accuracy") + "unset label\n";
    panels += curve_panel(f, page, row, 1, &Curves::training_loss, loss, "training loss") + "unset label\n";
  }
  panels += gains_panel(f, place(page, 2, 2), 'i') + "unset label\n";
  panels += boundary_panel(f, page, 0, f.rule, rule_name) + "unset label\n" + key(page);
  panels += boundary_panel(f, page, 1, f.backprop, same_name) + "unset multiplot\n";
  return preamble + scene_script(scene(f)) + page_script(name, page_width, page.height, panels);
}

}  // namespace engram::laboratory
