#include <engram/laboratory/chart.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>

namespace engram::laboratory {
namespace {

// Okabe and Ito's palette, told apart with any kind of colour vision.
constexpr std::array colours{"#0072B2", "#D55E00", "#009E73", "#CC79A7",
                             "#E69F00", "#56B4E9", "#000000", "#999999"};
constexpr int width = 480;  // so that the text can be read on a phone

void require(bool ok, const char* what) {
  if (!ok) throw std::invalid_argument(fmt::format("[chart] {}", what));
}

std::string heading(const std::string& title) {
  return fmt::format("set label 90 {} at screen 0.02, screen 1 offset 0,-1 left noenhanced\n",
                     gnuplot_quoted(title));
}

std::string curve_data(const CurveChart& chart, const Curve& c, std::size_t k) {
  require(c.x.size() == c.y.size() && c.low.size() == c.high.size() &&
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

/// The next of 1, 2, 5, 10 ... times a power of ten: between tics, so that their numbers have room.
double round_step(double least) {
  if (!(least > 0)) return 1;
  const double power = std::pow(10, std::floor(std::log10(least)));
  for (const double digit : {1.0, 2.0, 5.0})
    if (digit * power >= least) return digit * power;
  return 10 * power;
}

}  // namespace

std::string write_chart(const CurveChart& chart, const std::filesystem::path& folder,
                        const std::string& name) {
  require(!chart.curves.empty() && chart.curves.size() <= colours.size(), "give 1 to 8 curves");
  std::string data, plot;
  bool any = false;
  for (std::size_t k = 0; k < chart.curves.size(); ++k) {
    const Curve& c = chart.curves[k];
    const std::string block = curve_data(chart, c, k);
    data += block;
    if (std::ranges::count(block, '\n') == 2) continue;  // nothing finite: the key would be empty
    any = true;
    if (!c.low.empty())
      plot += fmt::format(
          "$curve{} using 1:3:4 with filledcurves fc rgb '{}' fs transparent solid 0.18 noborder "
          "notitle, ",
          k, colours[k]);
    plot += fmt::format("$curve{} using 1:2 with {} lw 2.4 {} lc rgb '{}' title {}, ", k,
                        chart.points ? "linespoints" : "lines", chart.points ? "pt 7 ps mark" : "",
                        colours[k], gnuplot_quoted(c.name));
  }
  require(any, "there is nothing finite to draw");
  plot.resize(plot.size() - 2);
  constexpr double row = 26;  // of the key
  const double key = row * static_cast<double>(chart.curves.size()), height = 340 + key;
  const double key_top = 1 - 34 / height, plot_top = key_top - (key + 14) / height;
  const std::string panels = fmt::format(
      "{}set tmargin at screen {}\nset bmargin at screen {}\nset lmargin at screen 0.14\nset rmargin at "
      "screen 0.93\n"
      "set key at screen 0.02,{} left top vertical Left reverse noenhanced samplen 1.5 width 2\n"
      "set xlabel {} noenhanced\n{}{}plot {}\n",
      heading(chart.title), plot_top, 80 / height, key_top, gnuplot_quoted(chart.x_label),
      chart.logarithmic_x ? "set logscale x\n" : "", chart.logarithmic_y ? "set logscale y\n" : "", plot);
  return write_page(folder, name, data + page_script(name, width, static_cast<int>(height), panels));
}

std::string write_chart(const EstimateChart& chart, const std::filesystem::path& folder,
                        const std::string& name) {
  const auto n = static_cast<int>(chart.estimates.size());
  std::string data = "$estimates << EOD\n", names;
  int row = n;
  for (const Estimate& e : chart.estimates) {
    names += fmt::format("{}{} {}", names.empty() ? "" : ", ", gnuplot_quoted(e.name), row);
    if (std::isfinite(e.mean))
      data += fmt::format("{} {} {} {}\n", e.mean, row, std::isfinite(e.low) ? e.low : e.mean,
                          std::isfinite(e.high) ? e.high : e.mean);
    --row;
  }
  require(std::ranges::count(data, '\n') > 1, "there is nothing finite to draw");
  data += "EOD\n";
  std::size_t longest = 0;
  double low = chart.reference.value_or(chart.estimates[0].mean), high = low;
  for (const Estimate& e : chart.estimates) {
    longest = std::max(longest, e.name.size());
    for (const double v : {e.mean, e.low, e.high})
      if (std::isfinite(v)) low = std::min(low, v), high = std::max(high, v);
  }
  const double left = std::min(0.6, (30 + 7.8 * static_cast<double>(longest)) / width);
  const int height = 130 + 30 * n;
  const std::string line =
      chart.reference ? fmt::format(
                            "set xrange [*<{0}:{0}<*]\nset arrow 1 from {0}, graph 0 to {0}, graph 1 nohead "
                            "lw 1.5 dt 2 lc rgb '#666666'\n",
                            *chart.reference)
                      : "";
  const std::string panels = fmt::format(
      "{}{}set tmargin at screen {}\nset bmargin at screen {}\nset lmargin at screen {}\nset rmargin at "
      "screen 0.93\n"
      "small = sprintf(',%g', 14 * unit)\nset yrange [0.4:{}]\nset ytics ({}) scale 0 noenhanced font small\n"
      "set grid xtics noytics\nset xlabel {} noenhanced\nset xtics {} font small\n"
      "plot $estimates using 1:2:3:4 with xerrorbars pt 7 ps 1.6*mark lw 2 lc rgb '{}'\n",
      heading(chart.title), line, 1 - 42.0 / height, 80.0 / height, left, n + 0.6, names,
      gnuplot_quoted(chart.x_label), round_step((high - low) / 4), colours[0]);
  return write_page(folder, name, data + page_script(name, width, height, panels));
}

}  // namespace engram::laboratory
