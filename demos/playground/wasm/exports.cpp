// What the page calls. Texts are JSON; what fails is told as {"error": sentence}. Results live until the next
// call.
#include "../session.hpp"

#include <emscripten/emscripten.h>

using namespace engram::demos::playground;

namespace {

Session session;

template <class F>
const char* told(const F& f) {
  static std::string text;
  try {
    text = f().dump();
  } catch (const std::exception& e) {
    text = Json{{"error", e.what()}}.dump(-1, ' ', false, Json::error_handler_t::replace);
  }
  return text.c_str();
}

}  // namespace

extern "C" {

EMSCRIPTEN_KEEPALIVE const char* playground_families() {
  return told([] { return Json(family_names()); });
}
EMSCRIPTEN_KEEPALIVE const char* playground_load(const char* id, const char* file, const char* text) {
  return told([&] { return session.load(id, file, text); });
}
EMSCRIPTEN_KEEPALIVE const char* playground_learn(const char* request) {
  return told([&] { return session.learn(Json::parse(request)); });
}
EMSCRIPTEN_KEEPALIVE const char* playground_inside(unsigned learner, unsigned step) {
  return told([&] { return session.inside(learner, step); });
}
/// grid x grid floats.
EMSCRIPTEN_KEEPALIVE const float* playground_boundary(unsigned learner, unsigned step, int grid) {
  static std::vector<float> b;
  b = session.boundary(learner, step, grid);
  return b.data();
}
}
