#include <engram/laboratory/gnuplot.hpp>
#include <engram/laboratory/scene_script.hpp>
#include <engram/laboratory/style.hpp>

#include <fmt/format.h>

namespace engram::laboratory {

using plasticity::Array;
using plasticity::Index;

namespace {

std::string points_data(const Array<double>& x, const std::string& name, const auto& is_shown) {
  std::string data = fmt::format("${} << EOD\n", name);
  for (Index i = 0; i < x.rows(); ++i)
    if (is_shown(static_cast<std::size_t>(i))) data += fmt::format("{} {}\n", x(i, 0), x(i, 1));
  return data + "EOD\n";
}

std::string grid_data(const Scene& s, const Array<double>& probability) {
  const auto at = [](double low, double high, Index i, Index n) {
    return low + (high - low) * static_cast<double>(i) / static_cast<double>(n - 1);
  };
  std::string data = "$grid << EOD\n";
  for (Index i = 0; i < probability.rows(); ++i) {
    for (Index j = 0; j < probability.cols(); ++j)
      data += fmt::format("{:.6g} {:.6g} {:.4f}\n", at(s.x_low, s.x_high, j, probability.cols()),
                          at(s.y_low, s.y_high, i, probability.rows()), probability(i, j));
    data += "\n";
  }
  return data + "EOD\n";
}

}  // namespace

std::string scene_script(const Scene& scene) {
  std::string s = fmt::format(
      "set style fill solid noborder\nunset colorbox\nset cbrange [0:1]\n"
      "set palette defined (0 '{}', 0.5 '#FFFFFF', 1 '{}')\n",
      class_styles[0].ground, class_styles[1].ground);
  s += points_data(scene.unlabelled, "unlabelled", [](std::size_t) { return true; });
  for (int k = 0; k < 2; ++k)
    s += points_data(scene.labelled.x, fmt::format("class{}", k),
                     [&](std::size_t i) { return scene.labelled.labels[i] == k; });
  return s;
}

std::string boundary_script(const Scene& scene, const Array<double>& probability, Index unlabelled) {
  std::string s = grid_data(scene, probability);
  s += fmt::format("unset logscale\nset xrange [{}:{}]\nset yrange [{}:{}]\n", scene.x_low, scene.x_high,
                   scene.y_low, scene.y_high);
  s += "set format '%.6g'\nset contour base\nset cntrparam levels discrete 0.5\nunset surface\n"
       "set table $contour\nsplot $grid using 1:2:3\nunset table\n"
       "unset contour\nset surface\n"
       "set border 15\nunset tics\nunset xlabel\nset size ratio -1\n"
       "plot $grid using 1:2:3 with image, $contour using 1:2 with lines lw 2.4 lc rgb '#222222'";
  if (unlabelled > 0)
    s += fmt::format(", $unlabelled every ::0::{} using 1:2 with points pt 7 ps 0.3*mark lc rgb '#4D4D4D'",
                     unlabelled - 1);
  for (std::size_t k = 0; k < class_styles.size(); ++k)
    s += fmt::format(
        ", $class{0} using 1:2 with points pt {1} ps 2.1*mark lc rgb 'white', "
        "$class{0} using 1:2 with points pt {1} ps 1.6*mark lc rgb '{2}'",
        k, class_styles[k].mark, class_styles[k].colour);
  return s + "\nset border 3\nset size noratio\n" + std::string(tics_style);
}

}  // namespace engram::laboratory
