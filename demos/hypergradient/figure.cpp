#include "figure.hpp"

#include <engram/laboratory/gnuplot.hpp>
#include <engram/plasticity/atomic_file.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace engram::demos {

using namespace laboratory;
namespace {

/// A named block of data lines.
template <class List, class Line>
std::string data(const char* name, const List& list, const Line& line) {
  std::string text = fmt::format("${} << EOD\n", name);
  std::size_t i = 0;
  for (const auto& element : list) text += line(i++, element);
  return text + "EOD\n";
}

std::string script(const HypergradientFigure& f) {
  const auto point = [](std::size_t, const Outcome& o) {
    return fmt::format("{} {} {}\n", o.learning_rate, o.loss, std::abs(o.by_rate));
  };
  const auto step = [](std::size_t i, double loss) { return fmt::format("{} {}\n", i + 1, loss); };
  const auto [best, worst] = std::ranges::minmax_element(f.descent, {}, &Outcome::loss);
  const Outcome& first = f.descent.front();
  const std::string text = data("landscape", f.landscape, point) + data("descent", f.descent, point) +
                           data("before", first.step_losses, step) + data("after", best->step_losses, step);
  // Where the run diverges, losses and derivatives leave the panels.
  const double margin = 0.25 * (worst->loss - best->loss) + 1e-3;
  std::string panels = fmt::format(
      "set multiplot layout 1,3 margins 0.055,0.985,0.16,0.84 spacing 0.075\n"
      "set logscale x\nset format x '10^{{%T}}'\nset xlabel 'learning rate of the outer Adam'\n"
      "set xrange [{}:{}]\nset yrange [{}:{}]\n"
      "set label 1 '{{/:Bold a}}  Loss after the last outer step; dots: the descent' at graph 0,1.09\n"
      "plot $landscape using 1:2 with lines lw 2 lc rgb '#999999', "
      "$descent using 1:2 with linespoints lw 1 pt 7 ps mark lc rgb '#009E73', "
      "'+' using ({}):({}) every ::0::0 with points pt 6 ps 3*mark lw 2 lc rgb '#CC79A7'\n",
      f.landscape.front().learning_rate, f.landscape.back().learning_rate, best->loss - margin,
      worst->loss + margin, best->learning_rate, best->loss);
  panels += fmt::format(
      "set logscale y\nset format y '10^{{%T}}'\nset yrange [1e-3:1e6]\n"
      "set label 1 '{{/:Bold b}}  Size of the hypergradient' at graph 0,1.09\n"
      "plot $landscape using 1:3 with lines lw 2 lc rgb '#999999', "
      "$descent using 1:3 with points pt 7 ps mark lc rgb '#009E73'\n");
  panels += fmt::format(
      "unset logscale\nset format x '%g'\nset format y '%.1f'\nset xrange [1:{}]\nset yrange [*:*]\nset "
      "xlabel 'outer step'\n"
      "set label 1 '{{/:Bold c}}  Meta-loss of each outer step' at graph 0,1.09\nset key bottom left reverse "
      "Left\n"
      "plot $before using 1:2 with lines lw 2 dt 2 lc rgb '#777777' title 'learning rate {:.2g}', "
      "$after using 1:2 with lines lw 2 lc rgb '#CC79A7' title 'learning rate {:.2g}'\n"
      "unset key\nunset label 1\nunset multiplot\n",
      first.step_losses.size(), first.learning_rate, best->learning_rate);
  return text + page_script("hypergradient", 1500, 520, panels);
}

std::string csv(const HypergradientFigure& f) {
  std::string text = "series,learning_rate,loss,derivative_by_log10_learning_rate\n";
  const auto add = [&](const char* series, const std::vector<Outcome>& outcomes) {
    for (const Outcome& o : outcomes)
      text += fmt::format("{},{:.9g},{:.9g},{:.9g}\n", series, o.learning_rate, o.loss, o.by_rate);
  };
  add("landscape", f.landscape);
  add("descent", f.descent);
  return text;
}

}  // namespace

void write_figure(const HypergradientFigure& figure, const std::filesystem::path& folder) {
  plasticity::write_atomically(folder / "hypergradient.csv", csv(figure));
  write_page(folder, "hypergradient", script(figure));
}

}  // namespace engram::demos
