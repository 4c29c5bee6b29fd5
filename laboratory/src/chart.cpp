#include <engram/laboratory/axis.hpp>
#include <engram/laboratory/chart.hpp>
#include <engram/laboratory/style.hpp>

#include "chart_page.hpp"

#include <algorithm>
#include <cmath>

namespace engram::laboratory {
namespace {

/// The finite values of a chart, its reference among them: those that its axis shows.
struct Extent {
  std::vector<double> x, y;
};

Extent extent_of(const CurveChart& chart) {
  Extent e;
  constexpr double room = 0.02;  // below the line of chance, so that it is not taken for the axis
  if (chart.chance) e.y.push_back(*chart.chance - room);
  for (const Curve& c : chart.curves) {
    e.x.insert(e.x.end(), c.x.begin(), c.x.end());
    for (const auto* values : {&c.y, &c.low, &c.high}) e.y.insert(e.y.end(), values->begin(), values->end());
  }
  if (chart.agreement) {
    e.y.insert(e.y.end(), e.x.begin(), e.x.end());
    e.x = e.y;
  }
  return e;
}

/// Tics stand where curves have values, if these are few.
std::string x_axis(const CurveChart& chart, std::vector<double> x) {
  constexpr std::size_t few = 8;
  if (chart.agreement) return axis_script('x', axis_of(x));
  std::ranges::sort(x);
  x.erase(std::unique(x.begin(), x.end()), x.end());
  const Axis axis{x.front(), x.back() > x.front() ? x.back() : x.front() + 1, chart.logarithmic_x};
  return x.size() <= few ? axis_script('x', axis, x) : axis_script('x', axis);
}

std::string curve_data(const CurveChart& chart, const Curve& c, std::size_t k) {
  require_chart(c.x.size() == c.y.size() && c.low.size() == c.high.size() &&
                    (c.low.empty() || c.low.size() == c.x.size()),
                "a curve needs an x and a y for every point, and a band both sides");
  const auto drawable = [&](double v) { return std::isfinite(v) && (!chart.logarithmic_y || v > 0); };
  std::string data = fmt::format("$curve{} << EOD\n", k);
  for (std::size_t i = 0; i < c.x.size(); ++i) {
    if (!drawable(c.y[i])) continue;
    const bool band = !c.low.empty() && drawable(c.low[i]) && drawable(c.high[i]);
    data += fmt::format("{} {} {} {}\n", c.x[i], c.y[i], band ? c.low[i] : c.y[i], band ? c.high[i] : c.y[i]);
  }
  return data + "EOD\n";
}

/// A band and a line, with a mark at every value or, of many, at five.
std::string curve_plot(const CurveChart& chart, const Curve& c, std::size_t k) {
  const Style style = chart.methods ? style_of(c.name) : series_style(k);
  std::string plot;
  if (chart.agreement)
    return fmt::format(
        "$curve{} using 1:2:3:4 with yerrorbars lw 1.6 pt {} ps 1.3*mark lc rgb '{}' title {}, ", k,
        style.mark, style.colour, gnuplot_quoted(c.name));
  if (!c.low.empty())
    plot = fmt::format(
        "$curve{} using 1:3:4 with filledcurves fc rgb '{}' fs transparent solid 0.18 noborder notitle, ", k,
        style.colour);
  return plot + fmt::format(
                    "$curve{} using 1:2 with linespoints lw 2.4 dt {} pt {} ps 1.3*mark pi {} lc rgb '{}' "
                    "title {}, ",
                    k, style.dash, style.mark, c.x.size() <= 10 ? 1 : (c.x.size() - 1) / 5, style.colour,
                    gnuplot_quoted(c.name));
}

}  // namespace

std::string write_chart(const CurveChart& chart, const std::filesystem::path& folder,
                        const std::string& name) {
  require_chart(!chart.curves.empty() && chart.curves.size() <= 8, "give 1 to 8 curves");
  std::string data, plot;
  std::size_t rows = 0;  // of the key
  for (std::size_t k = 0; k < chart.curves.size(); ++k) {
    const std::string block = curve_data(chart, chart.curves[k], k);
    data += block;
    if (std::ranges::count(block, '\n') == 2) continue;  // nothing finite: the key would be empty
    plot += curve_plot(chart, chart.curves[k], k);
    ++rows;
  }
  require_chart(rows > 0, "there is nothing finite to draw");
  if (chart.chance) {
    plot += fmt::format("{} with lines lw 1.5 dt 3 lc rgb '#666666' title 'chance', ", *chart.chance);
    ++rows;
  }
  if (chart.agreement) plot += "x with lines lw 1.5 dt 3 lc rgb '#666666' notitle, ";
  plot.resize(plot.size() - 2);
  const Extent extent = extent_of(chart);
  const double key = 26.0 * static_cast<double>(rows), height = 340 + key;
  const double key_top = 1 - 34 / height, plot_top = key_top - (key + 14) / height;
  const std::string panels = fmt::format(
      "{}set tmargin at screen {}\nset bmargin at screen {}\nset lmargin at screen 0.14\nset rmargin at "
      "screen 0.93\n"
      "set key at screen 0.02,{} left top vertical Left reverse noenhanced samplen 2.5 width 2\n"
      "set xlabel {} noenhanced\n{}{}plot {}\n",
      chart_heading(chart.title), plot_top, 80 / height, key_top, gnuplot_quoted(chart.x_label),
      x_axis(chart, extent.x), axis_script('y', axis_of(extent.y, chart.logarithmic_y)), plot);
  return write_page(folder, name, data + page_script(name, chart_width, static_cast<int>(height), panels));
}

std::string write_chart(const EstimateChart& chart, const std::filesystem::path& folder,
                        const std::string& name) {
  const auto n = static_cast<int>(chart.estimates.size());
  std::string data = "$estimates << EOD\n", names;
  std::vector<double> values;
  if (chart.reference) values.push_back(*chart.reference);
  std::size_t longest = 0;
  int row = n;
  for (const Estimate& e : chart.estimates) {
    longest = std::max(longest, e.name.size());
    names += fmt::format("{}{} {}", names.empty() ? "" : ", ", gnuplot_quoted(e.name), row);
    if (std::isfinite(e.mean)) {
      const Style style = style_of(e.name);
      const double low = std::isfinite(e.low) ? e.low : e.mean,
                   high = std::isfinite(e.high) ? e.high : e.mean;
      data += fmt::format("{} {} {} {} 0x{} {}\n", e.mean, row, low, high, style.colour + 1, style.mark);
      values.insert(values.end(), {e.mean, low, high});
    }
    --row;
  }
  require_chart(std::ranges::count(data, '\n') > 1, "there is nothing finite to draw");
  data += "EOD\n";
  const double left = std::min(0.6, (30 + 7.8 * static_cast<double>(longest)) / chart_width);
  const int height = 130 + 30 * n;
  const std::string line =
      chart.reference
          ? fmt::format("set arrow 1 from {0}, graph 0 to {0}, graph 1 nohead lw 1.5 dt 2 lc rgb '#666666'\n",
                        *chart.reference)
          : "";
  const std::string panels = fmt::format(
      "{}{}set tmargin at screen {}\nset bmargin at screen {}\nset lmargin at screen {}\nset rmargin at "
      "screen 0.93\n"
      "small = sprintf(',%g', 14 * unit)\nset yrange [0.4:{}]\nset ytics ({}) scale 0 noenhanced font small\n"
      "set grid xtics noytics\nunset xlabel\n"
      "set label 91 {} at screen 0.5, screen {} center noenhanced\n{}set xtics font small\n"
      "plot $estimates using 1:2:3:4:5 with xerrorbars pt 0 lw 2 lc rgb variable, "
      "$estimates using 1:2:(1.6*mark):6:5 with points pt variable ps variable lc rgb variable\n",
      chart_heading(chart.title), line, 1 - 42.0 / height, 80.0 / height, left, n + 0.6, names,
      gnuplot_quoted(chart.x_label), 26.0 / height, axis_script('x', axis_of(values, false, 3)));
  return write_page(folder, name, data + page_script(name, chart_width, height, panels));
}

}  // namespace engram::laboratory
