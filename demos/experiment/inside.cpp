// A look inside one rule: what it answers, what formulas that resembles, how its changes lie to backprop's.
#include <engram/laboratory/protocol.hpp>
#include <engram/laboratory/test_settings.hpp>
#include <engram/plasticity/inside.hpp>

#include "experiments.hpp"

#include <fmt/format.h>

#include <cmath>

namespace engram::demos {

using namespace laboratory;
using namespace plasticity;
using Json = nlohmann::ordered_json;

namespace {

constexpr double reach = 3;  // of the slices: the signals' usual range
constexpr Index slice_points = 61;
constexpr int degree = 3;
constexpr std::size_t terms = 6, fit_episodes = 10;

Episode<Array<double>> episode(const Options& o, std::size_t i) {
  const Setting s = usual_setting(o);
  return draw_trial(s.family, s.network, s.episode, test_stream(o, 0), i);
}

Json rows(const Array<double>& a) {
  Json list = Json::array();
  for (Index i = 0; i < a.rows(); ++i) list.push_back(std::vector<double>(a.row(i).begin(), a.row(i).end()));
  return list;
}

Piece angles_piece(const Laboratory& lab, const RuleFile& rule, std::size_t i) {
  return {fmt::format("angles/{}", i), [&lab, rule, i] {
            const Options& o = lab.options();
            const auto angles = learning_angles(rule.method(o.meta.network), rule.parameters, episode(o, i),
                                                o.meta.episode.steps);
            return Json{{"change", rows(angles.change)}, {"feedback", rows(angles.feedback)}};
          }};
}

Piece fits_piece(const Laboratory& lab, const RuleFile& rule) {
  return {"fits", [&lab, rule] {
            const Options& o = lab.options();
            std::vector<RuleSamples> samples;
            Index n = 0;
            for (std::size_t i = 0; i < std::min(fit_episodes, o.trials); ++i) {
              samples.push_back(rule_samples(o.meta.network, rule.settings, rule.theta(), episode(o, i),
                                             o.meta.episode.steps, /*every=*/7));
              n += samples.back().inputs.rows();
            }
            Array<double> inputs(n, 3), outputs(n, 7);
            Index next = 0;
            for (const RuleSamples& s : samples) {
              inputs.middleRows(next, s.inputs.rows()) = s.inputs;
              outputs.middleRows(next, s.outputs.rows()) = s.outputs;
              next += s.inputs.rows();
            }
            Json fits = Json::array();
            for (Index k = 0; k < 7; ++k) {
              const auto p = sparse_polynomial(inputs, outputs.col(k), degree, terms);
              fits.push_back({{"formula", p.text()}, {"explained", p.explained}});
            }
            return fits;
          }};
}

void add_slices(Laboratory& lab, Report& report, const RuleFile& rule) {
  report.heading("Slices");
  report.paragraph("The seven outputs along one input, the other two held at 0.");
  const auto slices = rule_slices(rule.settings, rule.theta(), reach, slice_points);
  for (std::size_t i = 0; i < slices.size(); ++i) {
    CurveChart chart{.title = fmt::format("Outputs along {}", rule_inputs[i]),
                     .x_label = rule_inputs[i],
                     .curves = {},
                     .methods = false};
    for (Index k = 0; k < 7; ++k) {
      const auto column = slices[i].outputs.col(k);
      chart.curves.push_back(
          {rule_outputs[static_cast<std::size_t>(k)], slices[i].at, {column.begin(), column.end()}, {}, {}});
    }
    lab.add(report, fmt::format("slice_{}", rule_inputs[i]), chart, fmt::format("Along {}.", rule_inputs[i]));
  }
}

void add_fits(Laboratory& lab, Report& report) {
  const Json fits = lab.result("fits");
  Table table{{"output", "1 term", "3 terms", fmt::format("{} terms", terms), "formula"}, {}, ""};
  for (std::size_t k = 0; k < fits.size(); ++k) {
    const auto explained = fits[k].at("explained").get<std::vector<double>>();
    const auto part = [&](std::size_t count) {
      return explained.empty() ? "" : fmt::format("{:.3f}", explained[std::min(count, explained.size()) - 1]);
    };
    table.rows.push_back(
        {rule_outputs[k], part(1), part(3), part(terms), fits[k].at("formula").get<std::string>()});
  }
  table.caption = fmt::format(
      "Polynomials of degree {} with few terms, chosen one after the other (orthogonal matching pursuit), of "
      "the signals that neurons met in test episodes: the part of each output's variance that 1, 3 and {} "
      "terms explain.",
      degree, terms);
  report.heading("Formulas");
  lab.add(report, "formulas", table);
}

/// The mean over trials and its interval, leaving out angles that do not exist.
CurveChart angles_chart(const Laboratory& lab, const char* key, const std::string& title,
                        const std::vector<std::string>& names) {
  const Options& o = lab.options();
  CurveChart chart{.title = title, .x_label = "inner step", .curves = {}, .methods = false};
  std::vector<Json> results;
  for (std::size_t i = 0; i < o.trials; ++i)
    results.push_back(lab.result(fmt::format("angles/{}", i)).at(key));
  for (std::size_t l = 0; l < names.size(); ++l) {
    Curve curve{.name = names[l], .x = {}, .y = {}, .low = {}, .high = {}};
    for (std::size_t t = 0; t < static_cast<std::size_t>(o.meta.episode.steps); ++t) {
      std::vector<double> angles;
      for (const Json& r : results)
        if (const Json& angle = r.at(t).at(l); !angle.is_null()) angles.push_back(angle.get<double>());
      if (angles.size() < 2) continue;
      const Interval i =
          interval_of(Eigen::Map<const Trials>(angles.data(), 1, static_cast<Index>(angles.size())), 500);
      curve.x.push_back(static_cast<double>(t + 1));
      curve.y.push_back(i.mean);
      curve.low.push_back(i.low);
      curve.high.push_back(i.high);
    }
    chart.curves.push_back(std::move(curve));
  }
  return chart;
}

void add_angles(Laboratory& lab, Report& report) {
  std::vector<std::string> forward, feedback;
  for (std::size_t l = 1; l <= lab.options().meta.network.depth(); ++l) {
    forward.push_back(fmt::format("W of layer {}", l));
    feedback.push_back(fmt::format("feedback to layer {}", l - 1));
  }
  report.heading("Angles");
  report.paragraph("90 degrees: nothing to do with each other. Bands: " + interval_words(1) + ".");
  lab.add(report, "angle_to_backprop",
          angles_chart(lab, "change", "Angle to backprop's change, degrees", forward),
          "Between what the rule changes and what a step of gradient descent on the labelled loss would.");
  lab.add(report, "angle_of_feedback",
          angles_chart(lab, "feedback", "Feedback to transposed weights, degrees", feedback),
          "Between the feedback weights and the transpose of the forward weights, which backprop would use.");
}

void run(Laboratory& lab) {
  const RuleFile rule = lab.given_rule();
  std::vector<Piece> pieces{fits_piece(lab, rule)};
  for (std::size_t i = 0; i < lab.options().trials; ++i) pieces.push_back(angles_piece(lab, rule, i));
  lab.work(pieces);
  Report report("Inside a learned rule",
                "What the rule answers along its inputs, which formulas that resembles, and how its changes "
                "lie to those of "
                "backpropagation while networks learn two moons.");
  add_slices(lab, report, rule);
  add_fits(lab, report);
  add_angles(lab, report);
  report.details("The rule's manifest", rule.manifest);
  lab.finish(report);
}

}  // namespace

const Experiment inside{"inside", "What a rule answers, which formulas resemble it, angles to backprop", run};

}  // namespace engram::demos
