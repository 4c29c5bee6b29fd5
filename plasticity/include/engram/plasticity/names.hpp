/// Enums by name: files, command lines and tables call a value as its enum's list of names does.
#pragma once

#include <engram/autodiff/array.hpp>
#include <engram/plasticity/version.hpp>

#include <array>
#include <concepts>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>

ENGRAM_PLASTICITY_BEGIN

/// An enum with values 0, 1, 2, ... and, in its own namespace, their names in this order:
///
///     enum class Colour { red, green };
///     constexpr auto names_of(Colour) { return std::array<std::string_view, 2>{"red", "green"}; }
template <class E>
concept NamedEnum = std::is_enum_v<E> && requires(E value) {
  names_of(value)[0];
};

/// The name of a value. Throws std::invalid_argument for what is none.
template <NamedEnum E>
std::string_view to_string(E value) {
  constexpr auto names = names_of(E{});
  const auto i = static_cast<std::size_t>(value);
  if (i >= names.size())
    autodiff::fail("to_string", "the enum has {} values, and {} is none", names.size(), i);
  return names[i];
}

/// "relu, tanh, identity".
std::string listed(std::span<const std::string_view> names);

/// The value of that name. Throws std::invalid_argument that lists the known names; `what` says what has such
/// a name.
template <NamedEnum E>
E parse_name(std::string_view what, std::string_view name) {
  constexpr auto names = names_of(E{});
  for (std::size_t i = 0; i < names.size(); ++i)
    if (names[i] == name) return static_cast<E>(i);
  autodiff::fail(what, "unknown name '{}': choose one of {}", name, listed(names));
}

ENGRAM_PLASTICITY_END
