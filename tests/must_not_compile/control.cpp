// Compiles: what the programs beside it get wrong is right here.
#include "product.hpp"

struct Product : ProductForward {
  static constexpr auto vjp = ad::rules([](auto& g, auto&, auto&, auto& b) { return g * b; },
                                        [](auto& g, auto&, auto& a, auto&) { return g * a; });
};

ad::Variable<double> f(ad::Tape<double>& tape, const ad::Value<double>& value) {
  const ad::Variable<double> x = tape.variable(value), y = ad::apply(Product{}, x, x);
  const double read = y.value()(0, 0);
  return ad::select(ad::greater(x, y), x + y, read * y);
}

ad::Function<double>::Workspace workspace_of(const ad::Function<double>& f) {
  auto made = f.workspace();
  auto moved = std::move(made);
  return moved;
}
