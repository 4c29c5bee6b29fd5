#include <engram/laboratory/chart.hpp>
#include <engram/laboratory/grid_chart.hpp>

#include "../support/temporary_folder.hpp"

#include <boost/test/unit_test.hpp>

#include <cmath>
#include <cstdlib>
#include <limits>

using namespace engram::laboratory;
using namespace engram::test;

namespace {

constexpr double infinite = std::numeric_limits<double>::infinity(),
                 no_number = std::numeric_limits<double>::quiet_NaN();

/// In gnuplot's place a program that keeps its script and writes drawings of its own.
class Draughtsman {
 public:
  Draughtsman() : path_(std::getenv("PATH")) {
    const auto program = folder_ / "gnuplot";
    write_text(program, "#!/bin/sh\ncp \"$1\" '" + (folder_ / "script").string() +
                            "'\ncd \"$(dirname \"$1\")\"\necho '<svg/>' >chart.svg\necho png >chart.png\n");
    std::filesystem::permissions(program, std::filesystem::perms::owner_all);
    ::setenv("PATH", (folder_.path().string() + ":" + path_).c_str(), 1);
  }
  ~Draughtsman() { ::setenv("PATH", path_.c_str(), 1); }

  /// The script that draws a chart.
  template <class Chart>
  std::string script(const Chart& chart) const {
    BOOST_TEST(write_chart(chart, folder_.path(), "chart") == "<svg/>\n");
    BOOST_TEST(read_text(folder_ / "chart.png") == "png\n");
    return read_text(folder_ / "script");
  }

 private:
  TemporaryFolder folder_;
  std::string path_;
};

bool has(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }

Curve curve(const std::string& name, std::vector<double> y) {
  std::vector<double> x(y.size());
  for (std::size_t i = 0; i < x.size(); ++i) x[i] = static_cast<double>(i);
  return {.name = name, .x = x, .y = std::move(y), .low = {}, .high = {}};
}

CurveChart with(std::vector<Curve> curves) {
  return {.title = "t", .x_label = "x", .curves = std::move(curves), .methods = false};
}

/// A grid of two columns and two rows.
GridChart grid_of(std::vector<Interval> cells) {
  return {.title = "t",
          .x_label = "x",
          .y_label = "y",
          .columns = {"a", "b"},
          .rows = {"low", "high"},
          .cells = std::move(cells)};
}

Interval interval(double mean, double low, double high) {
  return {.mean = mean, .error = 0, .low = low, .high = high};
}

}  // namespace

BOOST_AUTO_TEST_SUITE(charts)

BOOST_AUTO_TEST_CASE(texts_are_quoted_so_that_gnuplot_takes_nothing_for_its_own) {
  BOOST_TEST(gnuplot_quoted("Student's \"t\"\\n") == "'Student''s \"t\"\\n'");
  const Draughtsman gnuplot;
  CurveChart chart = with({curve("a's", {1, 2})});
  chart.title = "it's so";
  BOOST_TEST(has(gnuplot.script(chart), "'it''s so'"));
  BOOST_TEST(has(gnuplot.script(chart), "'a''s'"));
}

BOOST_AUTO_TEST_CASE(tics_at_both_ends_of_a_logarithmic_axis_are_drawn) {
  CurveChart chart = with({curve("c", {1, 2, 3})});
  chart.curves[0].x = {10, 25, 500};
  chart.logarithmic_x = true;
  const TemporaryFolder folder;
  const std::string drawing = write_chart(chart, folder.path(), "chart");
  for (const char* number : {">10<", ">25<", ">500<"}) BOOST_TEST(has(drawing, number), number);
}

BOOST_AUTO_TEST_CASE(points_that_are_not_finite_are_left_out_of_curves) {
  const Draughtsman gnuplot;
  const std::string script = gnuplot.script(with({curve("a", {0.125, no_number, infinite, 0.375})}));
  BOOST_TEST(has(script, "0 0.125 "));
  BOOST_TEST(has(script, "\n3 0.375 "));
  BOOST_TEST(!has(script, "\n1 "));
  BOOST_TEST(!has(script, "\n2 "));
}

BOOST_AUTO_TEST_CASE(estimates_over_what_they_estimate_have_points_bars_and_the_diagonal_in_a_square) {
  const Draughtsman gnuplot;
  CurveChart chart = with({{.name = "a", .x = {-1, 1}, .y = {-2, 3}, .low = {-3, 2.5}, .high = {-1, 4}}});
  chart.agreement = true;
  const std::string script = gnuplot.script(chart);
  BOOST_TEST(has(script, "yerrorbars"));
  BOOST_TEST(has(script, "x with lines"));
  BOOST_TEST(!has(script, "filledcurves"));
  BOOST_TEST(has(script, "set xrange [-4:4]"), script);
  BOOST_TEST(has(script, "set yrange [-4:4]"));
}

BOOST_AUTO_TEST_CASE(an_interval_that_is_not_finite_shrinks_to_its_mean) {
  const Draughtsman gnuplot;
  const EstimateChart chart{
      .title = "t",
      .x_label = "x",
      .estimates = {{"a", 0.25, no_number, infinite}, {"b", no_number, 0, 0}, {"c", 0.5, 0.4375, 0.625}},
      .reference = 0};
  const std::string script = gnuplot.script(chart);
  BOOST_TEST(has(script, "0.25 3 0.25 0.25 "));
  BOOST_TEST(has(script, "0.5 1 0.4375 0.625 "));
  BOOST_TEST(!has(script, "nan 2"));
}

BOOST_AUTO_TEST_CASE(a_cell_of_a_grid_is_bold_and_has_a_triangle_only_where_its_interval_excludes_0) {
  const Draughtsman gnuplot;
  const std::string script =
      gnuplot.script(grid_of({interval(0.25, 0.125, 0.375), interval(0.25, 0, 0.5),
                              interval(-0.25, -0.5, 0.125), interval(-0.25, -0.5, -0.125)}));
  BOOST_TEST(
      has(script, "0 0 \"{/:Bold +0.250}\"\n1 0 \"+0.250\"\n0 1 \"-0.250\"\n1 1 \"{/:Bold -0.250}\"\n"),
      script);
  BOOST_TEST(has(script, "$marks << EOD\n0 0 9\n1 1 11\nEOD\n"));
  BOOST_TEST(has(script, "('low' 0, 'high' 1)"));
}

BOOST_AUTO_TEST_CASE(cells_of_a_grid_are_blue_above_0_and_orange_below_and_white_at_0) {
  const Draughtsman gnuplot;
  const auto at = [](double v) { return interval(v, v, v); };
  const std::string script = gnuplot.script(grid_of({at(0.5), at(-0.5), at(0), at(0.125)}));
  BOOST_TEST(has(script, "0 0 0x56B4E9\n1 0 0xE69F00\n0 1 0xFFFFFF\n1 1 0xABDAF4\n"), script);
}

BOOST_AUTO_TEST_CASE(cells_of_a_grid_that_are_not_finite_stay_empty) {
  const Draughtsman gnuplot;
  const std::string script = gnuplot.script(grid_of({interval(no_number, 0, 1), interval(0.5, no_number, 1),
                                                     interval(0.5, 0, infinite), interval(0, 0, 0)}));
  BOOST_TEST(has(script, "$cells << EOD\n1 1 0xFFFFFF\nEOD\n"), script);
}

BOOST_AUTO_TEST_CASE(what_cannot_be_drawn_is_refused_before_anything_is_written) {
  const TemporaryFolder folder;
  const auto refused = [&](const auto& chart) {
    BOOST_CHECK_THROW(write_chart(chart, folder.path(), "chart"), std::invalid_argument);
  };
  refused(with({}));
  refused(with(std::vector<Curve>(9, curve("a", {1}))));
  refused(with({curve("a", {no_number})}));
  Curve uneven = curve("a", {1, 2});
  uneven.x.pop_back();
  refused(with({uneven}));
  Curve half = curve("a", {1, 2});
  half.low = {0, 1};
  refused(with({half}));
  CurveChart logarithmic = with({curve("a", {0, -1})});
  logarithmic.logarithmic_y = true;
  refused(logarithmic);
  refused(
      EstimateChart{.title = "t", .x_label = "x", .estimates = {{"a", no_number, 0, 0}}, .reference = {}});
  refused(grid_of({}));
  refused(grid_of(std::vector<Interval>(3)));
  refused(grid_of(std::vector<Interval>(4, interval(no_number, 0, 0))));
  BOOST_TEST(folder.count() == 0);
}

BOOST_AUTO_TEST_SUITE_END()
