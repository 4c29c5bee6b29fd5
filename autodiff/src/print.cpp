#include <engram/autodiff/tape.hpp>

#include <ostream>

ENGRAM_AUTODIFF_BEGIN
namespace {

template <class S>
std::ostream& print(std::ostream& out, ConstView<S> x) {
  static const Eigen::IOFormat format(Eigen::StreamPrecision, 0, " ", "\n");
  return out << to_string(x.shape) << (x.map().rows() > 1 ? '\n' : ' ') << x.map().format(format);
}

}  // namespace

template <class S>
std::ostream& operator<<(std::ostream& out, const Value<S>& x) {
  return print(out, x.view());
}

template <class S>
std::ostream& operator<<(std::ostream& out, const Variable<S>& x) {
  const auto& slot = x.tape().check(x, "print");
  return slot.data ? print<S>(out, {slot.data, slot.shape}) : out << to_string(slot.shape) << ", traced";
}

template std::ostream& operator<<(std::ostream&, const Value<float>&);
template std::ostream& operator<<(std::ostream&, const Value<double>&);
template std::ostream& operator<<(std::ostream&, const Variable<float>&);
template std::ostream& operator<<(std::ostream&, const Variable<double>&);

ENGRAM_AUTODIFF_END
