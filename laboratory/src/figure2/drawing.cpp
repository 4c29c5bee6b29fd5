#include <engram/laboratory/figure2/drawing.hpp>
#include <engram/plasticity/atomic_file.hpp>

#include <fmt/format.h>

namespace engram::laboratory {

namespace {

void validate(const Figure2& f) {
  const auto require = [](bool ok, const char* what) {
    if (!ok) throw std::invalid_argument(fmt::format("[figure2] {}", what));
  };
  require(f.families.size() == 3, "give the curves of three families");
  require(!f.steps.empty(), "there are no steps to draw");
  for (const FamilyCurves& family : f.families)
    for (const Curves* c : {&family.rule, &family.one_setting, &family.best_case})
      for (const Band* band : {&c->accuracy, &c->training_loss})
        require(band->mean.size() == f.steps.size() && band->error.size() == f.steps.size(),
                "every curve needs a mean and an error for every step");
  require(f.x_low < f.x_high && f.y_low < f.y_high, "the rectangle is empty");
  for (const Boundary* b : {&f.rule, &f.backprop})
    require(b->probability.rows() > 1 && b->probability.cols() > 1,
            "a boundary needs a grid of 2 x 2 or more");
  require(f.labelled.x.cols() == 2 && f.unlabelled.cols() == 2, "the points must lie in the plane");
}

}  // namespace

std::string figure2_csv(const Figure2& f) {
  std::string csv = "family,method,step,metric,mean,se\n";
  const auto add = [&](const FamilyCurves& family, const char* method, const char* metric, const Band& band) {
    for (std::size_t i = 0; i < f.steps.size(); ++i)
      csv += fmt::format("{},{},{},{},{},{}\n", family.name, method, f.steps[i], metric, band.mean[i],
                         band.error[i]);
  };
  for (const FamilyCurves& family : f.families) {
    add(family, "rule", "accuracy", family.rule.accuracy);
    add(family, "rule", "train_loss", family.rule.training_loss);
    add(family, "backprop_one_setting", "accuracy", family.one_setting.accuracy);
    add(family, "backprop_one_setting", "train_loss", family.one_setting.training_loss);
    add(family, "backprop_best_case", "accuracy", family.best_case.accuracy);
    add(family, "backprop_best_case", "train_loss", family.best_case.training_loss);
  }
  return csv;
}

std::string write_chart(const Figure2& figure, const std::filesystem::path& folder, const std::string& name) {
  validate(figure);
  plasticity::write_atomically(folder / (name + ".csv"), figure2_csv(figure));
  return write_page(folder, name, figure2_script(figure, name));
}

}  // namespace engram::laboratory
