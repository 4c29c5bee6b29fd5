// A film on paper: one row for each method, one column for each of some steps.
#include <engram/laboratory/film.hpp>
#include <engram/laboratory/gnuplot.hpp>
#include <engram/laboratory/scene_script.hpp>
#include <engram/laboratory/style.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace engram::laboratory {
namespace {

constexpr int panel = 240, gap = 12, heading_height = 34, margin = 16,
              title_height = 44;  // pixels; panels are so wide

/// Where a panel lies, in pixels from the page's upper left corner.
struct Corner {
  int x, y;
};

Corner corner(std::size_t row, std::size_t column, int panel_height) {
  return {margin + static_cast<int>(column) * (panel + gap),
          title_height + static_cast<int>(row) * (panel_height + heading_height + gap) + heading_height};
}

}  // namespace

std::string write_chart(const FilmStrip& strip, const std::filesystem::path& folder,
                        const std::string& name) {
  validate(strip.scene, strip.films);
  const int panel_height = static_cast<int>(std::lround(panel * height_of(strip.scene)));
  const int width = corner(0, strip.steps.size(), panel_height).x - gap + margin;
  const int height = corner(strip.films.size(), 0, panel_height).y - heading_height - gap + margin;
  const auto x = [&](int pixels) { return static_cast<double>(pixels) / width; };
  const auto y = [&](int pixels) { return 1 - static_cast<double>(pixels) / height; };
  std::string panels = fmt::format(
      "set multiplot\nset label {} at screen {}, screen {} left noenhanced font sprintf(',%g', 20*unit)\n",
      gnuplot_quoted(strip.title), x(margin), y(26));
  for (std::size_t row = 0; row < strip.films.size(); ++row) {
    const Film& film = strip.films[row];
    for (std::size_t column = 0; column < strip.steps.size(); ++column) {
      const Corner c = corner(row, column, panel_height);
      const std::size_t step = std::min(strip.steps[column], film.accuracy.size() - 1);
      const std::string text = fmt::format("{}step {}: {:.1f} %", column == 0 ? film.title + ", " : "", step,
                                           100 * film.accuracy[step]);
      panels += fmt::format(
          "set label {} at screen {}, screen {} left noenhanced textcolor rgb '{}'\n"
          "set lmargin at screen {}\nset rmargin at screen {}\nset tmargin at screen {}\nset bmargin at "
          "screen {}\n",
          gnuplot_quoted(text), x(c.x), y(c.y - 12), style_of(film.title).colour, x(c.x), x(c.x + panel),
          y(c.y), y(c.y + panel_height));
      const auto seen = static_cast<plasticity::Index>(step) * strip.scene.unlabelled_per_step;
      panels += boundary_script(strip.scene, film.probability[step],
                                std::min(seen, strip.scene.unlabelled.rows())) +
                "unset label\n";
    }
  }
  return write_page(
      folder, name,
      scene_script(strip.scene) + page_script(name, width, height, panels + "unset multiplot\n"));
}

}  // namespace engram::laboratory
