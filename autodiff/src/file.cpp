#include <engram/autodiff/checksum.hpp>
#include <engram/autodiff/file.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <bit>
#include <cerrno>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <stdexcept>
#include <string>
#include <string_view>
#include <system_error>

ENGRAM_AUTODIFF_BEGIN
namespace {

namespace fs = std::filesystem;

constexpr std::string_view signature =
    "\x89"
    "engram\n";
constexpr std::uint32_t version = 1;
constexpr std::size_t fixed_bytes = 32;                      // all but shapes and entries
constexpr std::uint64_t most_rows = std::uint64_t{1} << 62;  // of a matrix without entries

[[noreturn]] void refuse(const char* where, const std::string& file, std::string_view why) {
  throw std::runtime_error(fmt::format("[{}] '{}': {}", where, file, why));
}
[[noreturn]] void refuse_for_error(const char* where, const std::string& file) {
  refuse(where, file, errno ? std::generic_category().message(errno) : "it cannot be read or written");
}

template <class U>
void put(std::string& bytes, U number) {
  for (std::size_t i = 0; i < sizeof(U); ++i) bytes.push_back(static_cast<char>(number >> (8 * i)));
}
template <class U>
U take(std::string_view& bytes) {
  U number = 0;
  for (std::size_t i = 0; i < sizeof(U); ++i) number |= U{static_cast<unsigned char>(bytes[i])} << (8 * i);
  bytes.remove_prefix(sizeof(U));
  return number;
}

template <class S>
using Bits = std::conditional_t<sizeof(S) == 4, std::uint32_t, std::uint64_t>;

void require_ordinary(const char* where, const std::string& file) {
  std::error_code error;
  if (fs::exists(file, error) && !fs::is_regular_file(file, error))
    refuse(where, file, "it is no ordinary file");
}

std::string read_all(const std::string& file) {
  require_ordinary("load", file);
  errno = 0;
  std::ifstream in(file, std::ios::binary);
  std::string bytes{std::istreambuf_iterator<char>(in), {}};
  if (!in) refuse_for_error("load", file);
  return bytes;
}

std::string text_of(const std::vector<Shape>& shapes) {
  constexpr std::size_t most = 8;
  std::string text = fmt::format("{} matrices", shapes.size());
  for (std::size_t i = 0; i < std::min(most, shapes.size()); ++i)
    text.append(" ").append(to_string(shapes[i]));
  return shapes.size() > most ? text + " ..." : text;
}

}  // namespace

namespace detail {

template <class S>
void write_values(const std::string& file, std::span<const Value<S>> values) {
  std::string bytes(signature);
  put(bytes, version);
  put(bytes, static_cast<std::uint32_t>(sizeof(S)));
  put(bytes, std::uint64_t{values.size()});
  for (const auto& v : values) {
    put(bytes, static_cast<std::uint64_t>(v.rows()));
    put(bytes, static_cast<std::uint64_t>(v.columns()));
    put(bytes, static_cast<std::uint64_t>(v.stack()));
  }
  for (const auto& v : values)
    for (Index i = 0; i < v.shape().size(); ++i) put(bytes, std::bit_cast<Bits<S>>(v.data()[i]));
  put(bytes, checksum(bytes));

  require_ordinary("save", file);
  std::error_code error;
  const fs::path target = fs::is_symlink(file, error) ? fs::canonical(file, error) : fs::path(file);
  const std::string part = target.string() + ".part";
  errno = 0;
  std::ofstream out(part, std::ios::binary);
  out.write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
  out.close();
  error.clear();
  if (out) fs::rename(part, target, error);
  if (out && !error) return;
  const int code = error ? error.value() : errno;
  fs::remove(part, error);
  errno = code;
  refuse_for_error("save", file);
}
template void write_values(const std::string&, std::span<const Value<float>>);
template void write_values(const std::string&, std::span<const Value<double>>);

template <class S>
std::vector<Value<S>> read_values(const std::string& file) {
  const auto stop = [&](std::string_view why) { refuse("load", file, why); };
  const std::string all = read_all(file);
  std::string_view bytes = all;
  if (!bytes.starts_with(signature)) stop("it is no file of values");
  bytes.remove_prefix(signature.size());
  if (all.size() < fixed_bytes) stop("it was cut");
  if (const auto v = take<std::uint32_t>(bytes); v != version)
    stop(fmt::format("its format has version {}; this library reads version {}", v, version));
  if (const auto size = take<std::uint32_t>(bytes); size != sizeof(S))
    stop(fmt::format("its entries have {} bytes, and {} are wanted", size, sizeof(S)));
  const auto count = take<std::uint64_t>(bytes);
  constexpr std::size_t shape_bytes = 24, sum_bytes = 8;
  if (count > (bytes.size() - sum_bytes) / shape_bytes) stop("it was cut");
  std::string_view last = std::string_view(all).substr(all.size() - sum_bytes);
  if (take<std::uint64_t>(last) != checksum(std::string_view(all).substr(0, all.size() - sum_bytes)))
    stop("it was cut or changed: its checksum does not fit");

  std::vector<Shape> shapes;
  std::uint64_t left = (bytes.size() - sum_bytes - count * shape_bytes) / sizeof(S);
  for (std::uint64_t k = 0; k < count; ++k) {
    const auto rows = take<std::uint64_t>(bytes), columns = take<std::uint64_t>(bytes);
    const auto stack = take<std::uint64_t>(bytes);
    if (rows > most_rows || columns > most_rows || stack > most_rows)
      stop("its matrices have impossible sizes");
    std::uint64_t size = 0;
    if (__builtin_mul_overflow(rows, columns, &size) || __builtin_mul_overflow(size, stack, &size) ||
        size > left)
      stop("its matrices are larger than the file");
    left -= size;
    shapes.push_back({static_cast<Index>(rows), static_cast<Index>(columns), static_cast<Index>(stack)});
  }
  std::vector<Value<S>> values;
  for (const Shape s : shapes) {
    S* const to = values.emplace_back(s).data();
    for (Index i = 0; i < s.size(); ++i) to[i] = std::bit_cast<S>(take<Bits<S>>(bytes));
  }
  if (bytes.size() != sum_bytes) stop("its matrices are smaller than the file");
  return values;
}
template std::vector<Value<float>> read_values(const std::string&);
template std::vector<Value<double>> read_values(const std::string&);

void does_not_fit(const std::string& file, const std::vector<Shape>& shapes,
                  const std::vector<Shape>& wanted) {
  refuse("load", file, fmt::format("it has {}; wanted are {}", text_of(shapes), text_of(wanted)));
}

}  // namespace detail
ENGRAM_AUTODIFF_END
