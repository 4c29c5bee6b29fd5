#include <engram/laboratory/report.hpp>

#include <fmt/format.h>

#include <algorithm>

namespace engram::laboratory {
namespace {

constexpr const char* style = R"(
:root { --ink: #1a1a1a; --soft: #595959; --line: #d9d9d9; --accent: #0072b2; }
* { box-sizing: border-box; }
body { margin: 0 auto; padding: 1rem; max-width: 72rem; color: var(--ink); background: #fff;
  font: 1rem/1.5 system-ui, sans-serif; }
h1 { font-size: 1.6rem; line-height: 1.2; margin: 0.5rem 0; }
h2 { break-after: avoid; font-size: 1.2rem; margin: 2rem 0 0.5rem; border-top: 1px solid var(--line); padding-top: 1rem; }
p { max-width: 42rem; }
figure { margin: 1rem 0; break-inside: avoid; }
figure { display: inline-block; vertical-align: top; width: 100%; max-width: 34rem; }
figure svg { display: block; width: 100%; height: auto; }
figcaption, p.caption { color: var(--soft); font-size: 0.875rem; margin: 1rem 0 0.25rem; }
.wide { overflow-x: auto; }
table { border-collapse: collapse; font-size: 0.875rem; font-variant-numeric: tabular-nums; break-inside: avoid; }
th, td { padding: 0.25rem 0.75rem 0.25rem 0; text-align: right; border-bottom: 1px solid var(--line); white-space: nowrap; }
th:first-child, td:first-child { text-align: left; }
pre { overflow-x: auto; font-size: 0.8rem; background: #f6f6f6; padding: 0.75rem; }
.films { display: flex; flex-wrap: wrap; gap: 1rem; }
.films div { flex: 1 1 15rem; max-width: 22rem; }
canvas { width: 100%; height: auto; display: block; border: 1px solid var(--line); }
.controls { display: flex; gap: 0.75rem; align-items: center; margin: 0.75rem 0; max-width: 45rem; }
.controls input { flex: 1; min-width: 0; height: 2.5rem; accent-color: var(--accent); }
.controls button { font: inherit; padding: 0.5rem 1rem; }
@media print {
  body { max-width: none; padding: 0; font-size: 10pt; }
  .controls { display: none; }
  .wide { overflow: visible; }
  table { font-size: 8pt; }
  th, td { padding: 0.1rem 0.4rem 0.1rem 0; white-space: normal; }
  figure { max-width: 8.5cm; }
  .films div { max-width: 7cm; }
}
)";

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

void Report::heading(const std::string& text) { html(fmt::format("<h2>{}</h2>", escape_html(text))); }

void Report::paragraph(const std::string& text) { html(fmt::format("<p>{}</p>", escape_html(text))); }

void Report::table(const Table& table) {
  std::string rows;
  const auto row = [](const std::vector<std::string>& cells, const char* tag) {
    std::string text;
    for (const auto& cell : cells) text += fmt::format("<{0}>{1}</{0}>", tag, escape_html(cell));
    return "<tr>" + text + "</tr>\n";
  };
  for (const auto& cells : table.rows) rows += row(cells, "td");
  html(
      fmt::format("<p class=\"caption\">{}</p><div "
                  "class=\"wide\"><table>\n<thead>{}</thead>\n<tbody>\n{}</tbody></table></div>",
                  escape_html(table.caption), row(table.head, "th"), rows));
}

void Report::figure(const std::string& svg, const std::string& caption) {
  const auto start = svg.find("<svg");  // without the XML declaration
  html(fmt::format("<figure>{}<figcaption>{}</figcaption></figure>",
                   start == std::string::npos ? "" : svg.substr(start), escape_html(caption)));
}

void Report::details(const std::string& summary, const std::string& text) {
  html(fmt::format("<details><summary>{}</summary><pre>{}</pre></details>", escape_html(summary),
                   escape_html(text)));
}

void Report::html(const std::string& part) { body_ += part + "\n"; }

std::string Report::page() const {
  return fmt::format(
      "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
      "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<title>{}</title>\n"
      "<style>{}</style>\n</head>\n<body>\n{}</body>\n</html>\n",
      escape_html(title_), style, body_);
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

std::string told(const Table& table) { return "\n" + table.caption + "\n" + plain(table); }

std::string plain(const Table& table) {
  const auto columns_of = [](const std::string& s) {  // of UTF-8 text
    return static_cast<std::size_t>(std::ranges::count_if(s, [](char c) { return (c & 0xC0) != 0x80; }));
  };
  std::vector<std::size_t> width(table.head.size(), 0);
  const auto measure = [&](const std::vector<std::string>& cells) {
    for (std::size_t i = 0; i < cells.size(); ++i) width.at(i) = std::max(width[i], columns_of(cells[i]));
  };
  measure(table.head);
  for (const auto& cells : table.rows) measure(cells);
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
