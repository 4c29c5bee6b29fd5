#include <engram/laboratory/axis.hpp>
#include <engram/laboratory/style.hpp>

#include "page.hpp"

#include <fmt/format.h>

namespace engram::laboratory {

std::string gains_panel(const Figure2& f, const PanelPlace& place, char letter) {
  PanelPlace p = place;
  constexpr double room = 145.0 / page_width;  // for the families' names
  std::string s = heading(p, letter, "Gain over backprop, 95 % interval");
  p.left += room;
  std::string data = "$gains << EOD\n", names;
  std::vector<double> values{0};
  double y = static_cast<double>(f.families.size());
  for (const FamilyCurves& family : f.families) {
    names += fmt::format("{}{} {}", names.empty() ? "" : ", ", gnuplot_quoted(family.title), y);
    const auto add = [&](const char* name, const char* text, const Interval& gain, double at) {
      const Style style = style_of(name);
      data += fmt::format("{} {} {} {} 0x{} {}\n", gain.mean, at, gain.low, gain.high, style.colour + 1,
                          style.mark);
      s += fmt::format(
          "set label '{}' at first {}, first {} center offset 0,0.8 textcolor rgb '{}' font size(13)\n", text,
          gain.mean, at, style.colour);
      values.insert(values.end(), {gain.low, gain.high});
    };
    if (family.same) {
      add(same_name, "both settings", family.gain_one_setting, y);
    } else {
      add(one_setting_name, "one setting", family.gain_one_setting, y + 0.2);
      add(best_case_name, "best case", family.gain_best_case, y - 0.2);
    }
    y -= 1;
  }
  s += data + "EOD\nunset logscale\nunset xlabel\n" + set_margins(p) +
       axis_script('x', axis_of(values, false, 4));
  return s + fmt::format(
                 "small = size(15)\nset yrange [0.4:{}]\nset ytics ({}) scale 0 noenhanced font small\n"
                 "set arrow 1 from 0, graph 0 to 0, graph 1 nohead lw 1.5 dt 2 lc rgb '#666666'\n"
                 "plot $gains using 1:2:3:4:5 with xerrorbars pt 0 lw 2.4 lc rgb variable, "
                 "$gains using 1:2:(1.6*mark):6:5 with points pt variable ps variable lc rgb variable\n"
                 "unset arrow\n",
                 static_cast<double>(f.families.size()) + 0.6, names);
}

}  // namespace engram::laboratory
