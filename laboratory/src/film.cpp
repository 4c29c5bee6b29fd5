#include <engram/laboratory/film.hpp>
#include <engram/laboratory/report.hpp>
#include <engram/laboratory/style.hpp>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <cmath>

namespace engram::laboratory {

using plasticity::Array;
using plasticity::Index;

namespace {

// Draws step t of every film: the grid as colours, the line where both classes are equally likely (marching
// squares), the unlabelled points shown so far and the labelled ones.
constexpr const char* film_code = R"js(
(() => {
  const data = JSON.parse(document.getElementById('film-data').textContent);
  const n = data.grid, slider = document.getElementById('film-step'), play = document.getElementById('film-play');
  const films = data.films.map((film, k) => ({
    bytes: Uint8Array.from(atob(film.probability), c => c.charCodeAt(0)), accuracy: film.accuracy,
    canvas: document.getElementById('film-' + k), text: document.getElementById('film-text-' + k) }));
  const mix = (a, b, s) => a.map((v, i) => v + (b[i] - v) * s);
  const white = [255, 255, 255];
  const rgb = hex => [1, 3, 5].map(i => parseInt(hex.slice(i, i + 2), 16)), colours = data.grounds.map(rgb);
  function draw(film, t) {
    const g = film.canvas.getContext('2d'), w = film.canvas.width, h = film.canvas.height;
    const at = (i, j) => film.bytes[(t * n + i) * n + j] / 255;
    const small = document.createElement('canvas');
    small.width = small.height = n;
    const image = new ImageData(n, n);
    for (let i = 0; i < n; ++i) for (let j = 0; j < n; ++j) {
      const p = at(i, j), c = p < 0.5 ? mix(colours[0], white, 2 * p) : mix(white, colours[1], 2 * p - 1);
      image.data.set([...c, 255], 4 * ((n - 1 - i) * n + j));
    }
    small.getContext('2d').putImageData(image, 0, 0);
    g.imageSmoothingEnabled = true;
    g.drawImage(small, 0, 0, w, h);
    const X = j => (j + 0.5) * w / n, Y = i => h - (i + 0.5) * h / n;
    g.strokeStyle = '#222'; g.lineWidth = 2.5; g.beginPath();
    for (let i = 0; i + 1 < n; ++i) for (let j = 0; j + 1 < n; ++j) {
      const corners = [[i, j], [i, j + 1], [i + 1, j + 1], [i + 1, j]], cuts = [];
      corners.forEach((a, k) => {
        const b = corners[(k + 1) % 4], p = at(...a) - 0.5, q = at(...b) - 0.5;
        if ((p < 0) !== (q < 0)) {
          const s = p / (p - q);
          cuts.push([X(a[1] + (b[1] - a[1]) * s), Y(a[0] + (b[0] - a[0]) * s)]);
        }
      });
      for (let k = 0; k + 1 < cuts.length; k += 2) { g.moveTo(...cuts[k]); g.lineTo(...cuts[k + 1]); }
    }
    g.stroke();
    const [x0, x1, y0, y1] = data.rectangle;
    const mark = (x, y, r, colour, corners) => {  // a disc, or what has so many corners
      const X = (x - x0) / (x1 - x0) * w, Y = h - (y - y0) / (y1 - y0) * h;
      g.beginPath();
      if (corners) for (let k = 0; k < corners; ++k) {
        const angle = 2 * Math.PI * k / corners - Math.PI / 2;
        g.lineTo(X + 1.25 * r * Math.cos(angle), Y + 1.25 * r * Math.sin(angle));
      } else g.arc(X, Y, r, 0, 7);
      g.closePath();
      g.fillStyle = colour; g.fill();
    };
    data.unlabelled.slice(0, t * data.unlabelledPerStep).forEach(([x, y]) => mark(x, y, 2, '#555'));
    data.labelled.forEach(([x, y, c]) => {
      mark(x, y, 10, '#fff', data.corners[c]);
      mark(x, y, 7.5, data.colours[c], data.corners[c]);
    });
    film.text.textContent = 'step ' + t + ': ' + (100 * film.accuracy[t]).toFixed(1) + ' % correct';
  }
  const show = () => films.forEach(film => draw(film, +slider.value));
  slider.addEventListener('input', show);
  let timer = null;
  const stop = () => { clearInterval(timer); timer = null; play.textContent = 'Play'; };
  play.addEventListener('click', () => {
    if (timer) return stop();
    if (slider.value === slider.max) slider.value = 0;
    play.textContent = 'Pause';
    timer = setInterval(() => { slider.value = +slider.value + 1; show(); if (slider.value === slider.max) stop(); }, 120);
  });
  show();
})();
)js";

std::string base64(const std::vector<unsigned char>& bytes) {
  static constexpr char alphabet[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string text;
  for (std::size_t i = 0; i < bytes.size(); i += 3) {
    const std::size_t left = std::min<std::size_t>(3, bytes.size() - i);
    const unsigned group = unsigned(bytes[i]) << 16 | (left > 1 ? unsigned(bytes[i + 1]) << 8 : 0) |
                           (left > 2 ? unsigned(bytes[i + 2]) : 0);
    for (std::size_t k = 0; k < 4; ++k) text += k <= left ? alphabet[group >> (18 - 6 * k) & 63] : '=';
  }
  return text;
}

}  // namespace

double height_of(const Scene& scene) { return (scene.y_high - scene.y_low) / (scene.x_high - scene.x_low); }

void validate(const Scene& scene, const std::vector<Film>& films) {
  const auto require = [](bool ok, const char* what) {
    if (!ok) throw std::invalid_argument(fmt::format("[film] {}", what));
  };
  require(!films.empty() && !films[0].probability.empty(), "there is nothing to show");
  require(scene.x_low < scene.x_high && scene.y_low < scene.y_high, "the rectangle is empty");
  const std::size_t frames = films[0].probability.size();
  const Index grid = films[0].probability[0].rows();
  for (const Film& film : films) {
    require(film.probability.size() == frames && film.accuracy.size() == frames,
            "every film needs a picture and an accuracy for every step");
    for (const Array<double>& p : film.probability)
      require(p.rows() == grid && p.cols() == grid, "all pictures must be of the same size, as high as wide");
  }
}

std::string film_player(const Scene& scene, const std::vector<Film>& films) {
  validate(scene, films);
  const std::size_t frames = films[0].probability.size();
  const Index grid = films[0].probability[0].rows();
  nlohmann::json data{{"grid", grid},
                      {"rectangle", {scene.x_low, scene.x_high, scene.y_low, scene.y_high}},
                      {"unlabelledPerStep", scene.unlabelled_per_step},
                      {"labelled", nlohmann::json::array()},
                      {"unlabelled", nlohmann::json::array()},
                      {"films", nlohmann::json::array()}};
  for (const ClassStyle& c : class_styles) {
    data["colours"].push_back(c.colour);
    data["grounds"].push_back(c.ground);
    data["corners"].push_back(c.corners);
  }
  const auto rounded = [](double v) { return std::round(v * 1000) / 1000; };
  for (Index i = 0; i < scene.labelled.size(); ++i)
    data["labelled"].push_back({rounded(scene.labelled.x(i, 0)), rounded(scene.labelled.x(i, 1)),
                                scene.labelled.labels[static_cast<std::size_t>(i)]});
  for (Index i = 0; i < scene.unlabelled.rows(); ++i)
    data["unlabelled"].push_back({rounded(scene.unlabelled(i, 0)), rounded(scene.unlabelled(i, 1))});
  std::string canvases;
  for (std::size_t k = 0; k < films.size(); ++k) {
    std::vector<unsigned char> bytes;
    for (const Array<double>& p : films[k].probability)
      for (Index i = 0; i < p.size(); ++i)
        bytes.push_back(static_cast<unsigned char>(std::lround(255 * std::clamp(p.data()[i], 0.0, 1.0))));
    data["films"].push_back({{"probability", base64(bytes)}, {"accuracy", films[k].accuracy}});
    canvases += fmt::format(
        "<div><strong>{0}</strong><canvas id=\"film-{1}\" width=\"480\" height=\"{2}\" role=\"img\" "
        "aria-label=\"Decision boundary: {0}\"></canvas><span id=\"film-text-{1}\"></span></div>\n",
        escape_html(films[k].title), k, std::lround(480 * height_of(scene)));
  }
  return fmt::format(
      "<div class=\"controls\"><button id=\"film-play\" type=\"button\">Play</button>"
      "<input id=\"film-step\" type=\"range\" min=\"0\" max=\"{0}\" value=\"{0}\" aria-label=\"inner "
      "step\"></div>\n"
      "<div class=\"films\">\n{1}</div>\n"
      "<script type=\"application/json\" id=\"film-data\">{2}</script>\n<script>{3}</script>\n",
      frames - 1, canvases, data.dump(), film_code);
}

}  // namespace engram::laboratory
