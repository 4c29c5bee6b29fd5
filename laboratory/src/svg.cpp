#include <engram/laboratory/report.hpp>
#include <engram/laboratory/svg.hpp>

#include <fmt/format.h>

#include <optional>
#include <regex>
#include <utility>

namespace engram::laboratory {
namespace {

/// What the page has in place of a colour that pages of gnuplot have (see page_script).
std::optional<std::string> page_colour(const std::string& colour) {
  static constexpr std::pair<const char*, const char*> colours[]{
      {"#ffffff", "var(--paper)"},         {"black", "var(--ink)"},
      {"rgb(0,0,0)", "var(--ink)"},        {"rgb(17,17,17)", "var(--ink)"},
      {"rgb(51,51,51)", "var(--ink)"},     {"rgb(85,85,85)", "var(--soft)"},
      {"rgb(102,102,102)", "var(--soft)"}, {"rgb(228,228,228)", "var(--line)"}};
  std::string key = colour;
  std::erase(key, ' ');
  for (const auto& [from, to] : colours)
    if (key == from) return to;
  return std::nullopt;
}

/// A file's text up to its end from `start`, without gnuplot's own title and description.
std::string without_description(const std::string& text) {
  static const std::regex own("<title>Gnuplot</title>\\s*|<desc>[^<]*</desc>\\s*");
  return std::regex_replace(text, own, "");
}

}  // namespace

double width_of(std::string_view svg) {
  static const std::regex width("<svg[^>]*\\swidth=\"([0-9.]+)");
  std::cmatch match;
  return std::regex_search(svg.begin(), svg.end(), match, width) ? std::stod(match[1].str()) : 0;
}

std::string embedded_svg(std::string_view svg, std::string_view id, std::string_view title) {
  const auto start = svg.find("<svg");
  if (start == std::string_view::npos) return "";
  std::string text = without_description(std::string(svg.substr(start)));
  const auto end_of_tag = text.find('>');
  text.insert(end_of_tag + 1,
              fmt::format("\n<title id=\"title\">{}</title>", escape_html(std::string(title))));
  text.insert(4, " role=\"img\" aria-labelledby=\"#title\"");

  // An id or what refers to one; or an attribute that is a colour.
  static const std::regex place(
      R"re(\bid=["']|(?:href|aria-labelledby)=["']#|url\(['"]?#|(["'])(#ffffff|black|rgb\([ 0-9,]+\))\1)re");
  std::string result;
  auto last = text.cbegin();
  for (std::sregex_iterator match(text.begin(), text.end(), place), none; match != none; ++match) {
    result.append(last, (*match)[0].first);
    last = (*match)[0].second;
    if ((*match)[2].matched) {
      const auto colour = page_colour((*match)[2].str());
      result += colour ? '"' + *colour + '"' : match->str();
    } else {
      result += match->str() + std::string(id) + '-';
    }
  }
  result.append(last, text.cend());
  const std::string reference = "aria-labelledby=\"#";  // names its id without the mark of a link
  result.erase(result.find(reference) + reference.size() - 1, 1);
  return result;
}

}  // namespace engram::laboratory
