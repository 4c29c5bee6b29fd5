/// What engram uses of C++20's library and Debian's Emscripten, with version 13 of libc++, lacks. Included
/// before every file of the preset `wasm`.
#pragma once

#include <version>

#if defined(_LIBCPP_VERSION) && _LIBCPP_VERSION < 15000

#include <algorithm>
#include <charconv>
#include <functional>
#include <iterator>
#include <memory>
#include <string>

namespace std {

template <class To, class From>
constexpr To bit_cast(const From& from) noexcept {
  return __builtin_bit_cast(To, from);
}

template <class A>
shared_ptr<A> make_shared_for_overwrite(size_t n) {
  return shared_ptr<A>(new remove_extent_t<A>[n]);
}

/// The general format, which is what engram reads: no sign +, no space before it.
inline from_chars_result from_chars(const char* first, const char* last, double& value) {
  const string text(first, last);
  const bool is_number =
      !text.empty() && text.find_first_of("+ \t\n\v\f\r") != 0 && text.find_first_of("xX") == string::npos;
  char* end = nullptr;
  const double number = is_number ? strtod(text.c_str(), &end) : 0;
  if (end == nullptr || end == text.c_str()) return {first, errc::invalid_argument};
  value = number;
  return {first + (end - text.c_str()), errc()};
}

namespace ranges {

template <class R, class F>
bool all_of(R&& r, F f) {
  return std::all_of(std::begin(r), std::end(r), f);
}
template <class R, class F>
bool any_of(R&& r, F f) {
  return std::any_of(std::begin(r), std::end(r), f);
}
template <class R, class S>
bool equal(R&& r, S&& s) {
  return std::equal(std::begin(r), std::end(r), std::begin(s), std::end(s));
}
template <class R, class T>
auto find(R&& r, const T& value) {
  return std::find(std::begin(r), std::end(r), value);
}
template <class R, class F>
auto find_if(R&& r, F f) {
  return std::find_if(std::begin(r), std::end(r), f);
}
template <class R, class T>
bool binary_search(R&& r, const T& value) {
  return std::binary_search(std::begin(r), std::end(r), value);
}
template <class R, class T>
auto lower_bound(R&& r, const T& value) {
  return std::lower_bound(std::begin(r), std::end(r), value);
}
template <class R>
auto max(R&& r) {
  return *std::max_element(std::begin(r), std::end(r));
}
template <class R, class Less = std::less<>, class Key = std::identity>
void sort(R&& r, Less less = {}, Key key = {}) {
  std::sort(std::begin(r), std::end(r),
            [&](const auto& a, const auto& b) { return less(std::invoke(key, a), std::invoke(key, b)); });
}
template <class R, class S, class Out>
void set_union(R&& r, S&& s, Out out) {
  std::set_union(std::begin(r), std::end(r), std::begin(s), std::end(s), out);
}
template <class R, class Out, class F>
void transform(R&& r, Out out, F f) {
  std::transform(std::begin(r), std::end(r), out, f);
}

}  // namespace ranges
}  // namespace std

#endif
