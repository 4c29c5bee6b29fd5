#include <engram/autodiff/scope.hpp>

ENGRAM_AUTODIFF_BEGIN

ScopePtr detail::inner_scope(const ScopePtr& outer, std::string_view name, const char* file, unsigned line) {
  const std::string path = outer ? fmt::format("{}/{}", outer->path, name) : std::string(name);
  return std::make_shared<const ScopeLabel>(ScopeLabel{path, file, line});
}

ScopePtr detail::gradient_scope(const ScopePtr& scope) {
  return std::make_shared<const ScopeLabel>(
      ScopeLabel{"gradient of " + scope->path, scope->file, scope->line});
}

std::string detail::place_of(const ScopePtr& scope) {
  return scope ? fmt::format(" in scope '{}' ({}:{})", scope->path, scope->file, scope->line) : "";
}

void detail::rethrow_in_scope(const std::invalid_argument& error, const ScopePtr& scope) {
  if (!scope) throw;
  throw std::invalid_argument(error.what() + ("," + place_of(scope)));
}

ENGRAM_AUTODIFF_END
