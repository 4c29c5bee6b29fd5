#include "figure.hpp"

#include <engram/plasticity/atomic_file.hpp>

#include "support/gnuplot.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace engram::demos {
namespace {

constexpr const char* preamble = R"(
set encoding utf8
set border 3 lc rgb '#666666' lw 1
set tics nomirror out scale 0.5 textcolor rgb '#333333'
set grid ytics lc rgb '#E4E4E4' lw 1 lt 1
unset key
)";

constexpr const char* terminals[2]{
    "set terminal svg size 1500,520 font 'sans-serif,17' background rgb 'white'\n"
    "set output 'hypergradient.svg'\nmark = 0.6\n",
    "if (strstrt(GPVAL_TERMINALS, ' pngcairo ') > 0) {\n"
    "  set terminal pngcairo size 2250,780 fontscale 1.5 linewidth 1.5 pointscale 1.5 font "
    "'sans-serif,12.75'\n"
    "} else {\n"
    "  set terminal png truecolor size 1500,520 font 'sans,12'\n"
    "}\nset output 'hypergradient.png'\nmark = 1.2\n"};

/// A named block of data lines.
template <class List, class Line>
std::string data(const char* name, const List& list, const Line& line) {
  std::string text = fmt::format("${} << EOD\n", name);
  std::size_t i = 0;
  for (const auto& element : list) text += line(i++, element);
  return text + "EOD\n";
}

std::string script(const HypergradientFigure& f) {
  const auto point = [](std::size_t, const Point& p) {
    return fmt::format("{} {} {}\n", p.learning_rate, p.loss, std::abs(p.derivative));
  };
  const auto step = [](std::size_t i, double loss) { return fmt::format("{} {}\n", i + 1, loss); };
  std::string text = data("landscape", f.landscape, point) + data("descent", f.descent, point) +
                     data("before", f.before, step) + data("after", f.after, step);
  // Where the run diverges, losses and derivatives leave the panels.
  double low = f.descent[0].loss, high = low, steepest = 0;
  for (const Point& p : f.descent) {
    low = std::min(low, p.loss);
    high = std::max(high, p.loss);
    steepest = std::max(steepest, std::abs(p.derivative));
  }
  const double margin = 0.25 * (high - low) + 1e-3;
  const auto best = std::min_element(f.descent.begin(), f.descent.end(),
                                     [](const Point& a, const Point& b) { return a.loss < b.loss; });
  std::string panels = preamble;
  panels += fmt::format(
      "set multiplot layout 1,3 margins 0.055,0.985,0.16,0.84 spacing 0.075\n"
      "set logscale x\nset format x '10^{{%T}}'\nset xlabel 'learning rate of the outer Adam'\n"
      "set xrange [{}:{}]\nset yrange [{}:{}]\n"
      "set label 1 'Loss after the last outer step; dots: the descent' at graph 0,1.09\n"
      "plot $landscape using 1:2 with lines lw 2 lc rgb '#999999', "
      "$descent using 1:2 with linespoints lw 1 pt 7 ps mark lc rgb '#0072B2', "
      "'+' using ({}):({}) every ::0::0 with points pt 6 ps 3*mark lw 2 lc rgb '#D55E00'\n",
      f.landscape.front().learning_rate, f.landscape.back().learning_rate, low - margin, high + margin,
      best->learning_rate, best->loss);
  panels += fmt::format(
      "set logscale y\nset format y '10^{{%T}}'\nset yrange [1e-3:1e6]\n"
      "set label 1 'Size of the hypergradient' at graph 0,1.09\n"
      "plot $landscape using 1:3 with lines lw 2 lc rgb '#999999', "
      "$descent using 1:3 with points pt 7 ps mark lc rgb '#0072B2'\n");
  panels += fmt::format(
      "unset logscale\nset format '%g'\nset xrange [1:{}]\nset yrange [*:*]\nset xlabel 'outer step'\n"
      "set label 1 'Meta-loss of each outer step' at graph 0,1.09\nset key bottom left reverse Left\n"
      "plot $before using 1:2 with lines lw 2 lc rgb '#999999' title 'learning rate {:.2g}', "
      "$after using 1:2 with lines lw 2 lc rgb '#D55E00' title 'learning rate {:.2g}'\n"
      "unset key\nunset label 1\nunset multiplot\n",
      f.before.size(), f.descent.front().learning_rate, best->learning_rate);
  for (const char* terminal : terminals) text += std::string(terminal) + panels + "set output\n";
  return text;
}

std::string csv(const HypergradientFigure& f) {
  std::string text = "series,learning_rate,loss,derivative_by_log10_learning_rate\n";
  const auto add = [&](const char* series, const std::vector<Point>& points) {
    for (const Point& p : points)
      text += fmt::format("{},{:.9g},{:.9g},{:.9g}\n", series, p.learning_rate, p.loss, p.derivative);
  };
  add("landscape", f.landscape);
  add("descent", f.descent);
  return text;
}

}  // namespace

void write_figure(const HypergradientFigure& figure, const std::filesystem::path& folder) {
  plasticity::write_atomically(folder / "hypergradient.csv", csv(figure));
  const auto images = run_gnuplot(script(figure), {"hypergradient.svg", "hypergradient.png"});
  plasticity::write_atomically(folder / "hypergradient.svg", images[0]);
  plasticity::write_atomically(folder / "hypergradient.png", images[1]);
}

}  // namespace engram::demos
