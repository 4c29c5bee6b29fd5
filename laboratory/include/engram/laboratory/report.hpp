/// A page of results in one HTML file that needs nothing else: for phones, screens, in the light and in the
/// dark, and paper.
#pragma once

#include <string>
#include <vector>

namespace engram::laboratory {

struct Table {
  std::vector<std::string> head;
  std::vector<std::vector<std::string>> rows;
  std::string caption;
};

/// Collects a page from top to bottom. Texts are plain: what HTML would take for its own is escaped.
class Report {
 public:
  Report(std::string title, const std::string& introduction);

  /// The first line of the page, before its title.
  void warn(const std::string& text);
  void heading(const std::string& text);
  void paragraph(const std::string& text);
  void table(const Table& table);
  /// A drawing, as the text of an SVG file. The title is for those who do not see it.
  void figure(const std::string& svg, const std::string& title, const std::string& caption);
  /// A preformatted text, folded up until asked for.
  void details(const std::string& summary, const std::string& text);
  /// A part in HTML.
  void html(const std::string& part);

  /// The whole page. Nothing can be added to it afterwards.
  std::string page();

 private:
  void close_section();

  std::string title_, warning_, body_, section_;
  bool drawn_ = false, has_table_ = false;  // the section has a drawing, and a table that fits beside it
  int figures_ = 0;
};

/// The text with &, <, > and quotes as HTML has them.
std::string escape_html(const std::string& text);

/// A table as CSV: cells with commas or quotes are quoted.
std::string csv(const Table& table);

/// A table as plain text, its columns aligned: the first one left, the others right.
std::string plain(const Table& table);

}  // namespace engram::laboratory
