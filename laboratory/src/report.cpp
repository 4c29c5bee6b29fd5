#include <engram/laboratory/report.hpp>
#include <engram/laboratory/svg.hpp>

#include <fmt/format.h>

#include <algorithm>

namespace engram::laboratory {
namespace {

// Beside a drawing, at its right, there is room for a table of so many characters.
constexpr std::size_t beside = 112;
constexpr std::size_t first_column = 16;  // there; longer texts are wrapped

// Colours of drawings are told in svg.hpp.
constexpr const char* style = R"(
:root { color-scheme: light dark; --paper: #fff; --ink: #1a1a1a; --soft: #595959; --line: #d9d9d9; --ground: #f6f6f6;
  --accent: #0072b2; }
@media screen and (prefers-color-scheme: dark) {
  :root { --paper: #16181c; --ink: #e8e8e8; --soft: #b0b0b0; --line: #44474d; --ground: #22252a; --accent: #56b4e9; }
}
* { box-sizing: border-box; }
body { margin: 0 auto; padding: 1rem; max-width: 80rem; color: var(--ink); background: var(--paper);
  font: 1rem/1.5 system-ui, sans-serif; }
h1 { font-size: 1.6rem; line-height: 1.2; margin: 0.5rem 0; }
h2 { break-after: avoid; font-size: 1.2rem; margin: 2rem 0 0.5rem; border-top: 1px solid var(--line); padding-top: 1rem; }
p { max-width: 48rem; }
p.warning { border: 2px solid #d55e00; padding: 0.5rem 0.75rem; margin: 0; font-weight: bold; max-width: none; }
figure { margin: 1rem 0; break-inside: avoid; max-width: 34rem; }
figure.broad { max-width: none; overflow-x: auto; }
figure.broad svg { min-width: 52rem; }
figure svg { display: block; width: 100%; height: auto; }
figcaption, p.caption { color: var(--soft); font-size: 0.875rem; margin: 1rem 0 0.25rem; }
section > * { min-width: 0; }
.wide { overflow-x: auto; }
table { border-collapse: collapse; font-size: 0.875rem; font-variant-numeric: tabular-nums; break-inside: avoid; }
th, td { padding: 0.25rem 0.75rem 0.25rem 0; text-align: right; border-bottom: 1px solid var(--line); white-space: nowrap; }
th { vertical-align: bottom; }
th:first-child, td:first-child { text-align: left; white-space: normal; position: sticky; left: 0; background: var(--paper); }
pre { overflow-x: auto; font-size: 0.8rem; background: var(--ground); padding: 0.75rem; }
details::details-content { overflow: visible; }
.paper { display: none; }
.films { display: flex; flex-wrap: wrap; gap: 1rem; }
.films div { flex: 1 1 15rem; max-width: 30rem; }
canvas { width: 100%; height: auto; display: block; border: 1px solid var(--line); }
.controls { display: flex; gap: 0.75rem; align-items: center; margin: 0.75rem 0; }
.controls input { flex: 1; min-width: 0; height: 2.5rem; accent-color: var(--accent); }
.controls button { font: inherit; padding: 0.5rem 1rem; }
@media screen and (max-width: 40rem) {
  th:first-child, td:first-child { min-width: 6.5rem; max-width: 35vw; overflow-wrap: break-word; padding-right: 0.5rem; }
  th { white-space: normal; }
}
@media screen and (min-width: 70rem) {
  .drawn { display: grid; grid-template-columns: repeat(2, minmax(0, 1fr)); column-gap: 1.5rem; align-items: start; }
  .beside { grid-template-columns: 26rem minmax(0, 1fr); }
  .drawn > * { grid-column: 1 / -1; }
  .drawn > figure:not(.broad), .drawn > .table:not(.broad) { grid-column: auto; }
  .beside table { font-size: 0.8125rem; }
  .beside th, .beside td { padding-right: 0.5rem; }
  .beside td:first-child { max-width: 9rem; }
}
@media print {
  body { max-width: none; padding: 0; font-size: 10pt; }
  .screen { display: none; }
  .paper { display: block; }
  .paper figure { width: 100%; max-width: none; }
  .wide { overflow: visible; }
  table { font-size: 8pt; }
  th, td { padding: 0.1rem 0.4rem 0.1rem 0; white-space: normal; }
  figure { display: inline-block; vertical-align: top; width: 8.5cm; }
  figure.broad { width: 100%; }
  figure.broad svg { min-width: 0; }
  .films div { max-width: 7cm; }
  pre { white-space: pre-wrap; overflow-wrap: anywhere; font-size: 7pt; }
}
)";

// Paper has nothing to open.
constexpr const char* page_code = R"(
addEventListener('beforeprint', () => document.querySelectorAll('details').forEach(d => { d.open = true; }));
)";

std::size_t columns_of(const std::string& s) {  // of UTF-8 text
  return static_cast<std::size_t>(std::ranges::count_if(s, [](char c) { return (c & 0xC0) != 0x80; }));
}

/// In characters.
std::vector<std::size_t> column_widths(const Table& table) {
  std::vector<std::size_t> width(table.head.size(), 0);
  const auto measure = [&](const std::vector<std::string>& cells) {
    for (std::size_t i = 0; i < cells.size(); ++i) width.at(i) = std::max(width[i], columns_of(cells[i]));
  };
  measure(table.head);
  for (const auto& cells : table.rows) measure(cells);
  return width;
}

}  // namespace

std::string escape_html(const std::string& text) {
  std::string escaped;
  for (const char c : text) switch (c) {
      case '&':
        escaped += "&amp;";
        break;
      case '<':
        escaped += "&lt;";
        break;
      case '>':
        escaped += "&gt;";
        break;
      case '"':
        escaped += "&quot;";
        break;
      default:
        escaped += c;
    }
  return escaped;
}

Report::Report(std::string title, const std::string& introduction) : title_(std::move(title)) {
  html(fmt::format("<h1>{}</h1>", escape_html(title_)));
  paragraph(introduction);
}

void Report::warn(const std::string& text) { warning_ = text; }

void Report::heading(const std::string& text) {
  close_section();
  html(fmt::format("<h2>{}</h2>", escape_html(text)));
}

void Report::paragraph(const std::string& text) { html(fmt::format("<p>{}</p>", escape_html(text))); }

void Report::table(const Table& table) {
  std::string rows;
  const auto row = [](const std::vector<std::string>& cells, const char* tag) {
    std::string text;
    for (const auto& cell : cells) text += fmt::format("<{0}>{1}</{0}>", tag, escape_html(cell));
    return "<tr>" + text + "</tr>\n";
  };
  for (const auto& cells : table.rows) rows += row(cells, "td");
  const std::vector<std::size_t> widths = column_widths(table);
  std::size_t width = std::min(first_column, widths.at(0)) + 2 * (widths.size() - 1);
  for (std::size_t i = 1; i < widths.size(); ++i) width += widths[i];
  const bool broad = width > beside;
  has_table_ = has_table_ || !broad;
  html(
      fmt::format("<div class=\"table{}\"><p class=\"caption\">{}</p><div class=\"wide\"><table>\n"
                  "<thead>{}</thead>\n<tbody>\n{}</tbody></table></div></div>",
                  broad ? " broad" : "", escape_html(table.caption), row(table.head, "th"), rows));
}

void Report::figure(const std::string& svg, const std::string& title, const std::string& caption) {
  const bool is_broad = width_of(svg) > 700;  // pixels: too much for half a window
  html(fmt::format("<figure{}>{}<figcaption>{}</figcaption></figure>", is_broad ? " class=\"broad\"" : "",
                   embedded_svg(svg, fmt::format("figure-{}", ++figures_), title), escape_html(caption)));
  drawn_ = drawn_ || !is_broad;
}

void Report::details(const std::string& summary, const std::string& text) {
  html(fmt::format("<details><summary>{}</summary><pre>{}</pre></details>", escape_html(summary),
                   escape_html(text)));
}

void Report::html(const std::string& part) { section_ += part + "\n"; }

void Report::close_section() {
  const char* kind = !drawn_ ? "" : has_table_ ? " class=\"drawn beside\"" : " class=\"drawn\"";
  body_ += fmt::format("<section{}>\n{}</section>\n", kind, section_);
  section_.clear();
  drawn_ = has_table_ = false;
}

std::string Report::page() {
  close_section();
  const std::string warning =
      warning_.empty() ? ""
                       : fmt::format("<p class=\"warning\" role=\"note\">{}</p>\n", escape_html(warning_));
  return fmt::format(
      "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
      "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<title>{}</title>\n"
      "<style>{}</style>\n<script>{}</script>\n</head>\n<body>\n{}{}</body>\n</html>\n",
      escape_html(title_), style, page_code, warning, body_);
}

std::string csv(const Table& table) {
  std::string text;
  const auto row = [&](const std::vector<std::string>& cells) {
    for (std::size_t i = 0; i < cells.size(); ++i) {
      std::string cell = cells[i];
      if (cell.find_first_of(",\"\n") != std::string::npos) {
        for (std::size_t at = 0; (at = cell.find('"', at)) != std::string::npos; at += 2)
          cell.insert(at, 1, '"');
        cell = '"' + cell + '"';
      }
      text += (i == 0 ? "" : ",") + cell;
    }
    text += '\n';
  };
  row(table.head);
  for (const auto& cells : table.rows) row(cells);
  return text;
}

std::string plain(const Table& table) {
  const std::vector<std::size_t> width = column_widths(table);
  std::string text;
  const auto row = [&](const std::vector<std::string>& cells) {
    std::string line;
    for (std::size_t i = 0; i < cells.size(); ++i) {
      const std::string space(width[i] - columns_of(cells[i]), ' ');
      line += i == 0 ? cells[i] + space : "  " + space + cells[i];
    }
    text += line.substr(0, line.find_last_not_of(' ') + 1) + '\n';
  };
  row(table.head);
  for (const auto& cells : table.rows) row(cells);
  return text;
}

}  // namespace engram::laboratory
