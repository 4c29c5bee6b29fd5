// error: static assertion failed.*every member of a struct of settings stands in its list|static_assert
// failed.*every member of a struct
#include <engram/plasticity/setting.hpp>

using namespace engram::plasticity;

struct Walk {
  int steps = 50;
  double noise = 0.1;  // forgotten

  static constexpr auto members =
      std::tuple{setting("steps", &Walk::steps, "steps that are taken", {1, 1000})};
};

void f(const Walk& walk) { check_bounds("walk", walk); }
