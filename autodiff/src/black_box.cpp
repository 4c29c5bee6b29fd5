#include <engram/autodiff/black_box.hpp>
#include <engram/autodiff/ops.hpp>

#include <algorithm>

ENGRAM_AUTODIFF_BEGIN
namespace {

/// Results are the number and, because both come from one call, all derivatives.
template <class S>
struct Call : Variadic {
  std::shared_ptr<const typename BlackBox<S>::Named> function;
  const char* name = function->name.c_str();

  bool operator==(const Call& o) const { return function == o.function; }

  void forward(std::span<const View<S>> y, std::span<const ConstView<S>> x) const {
    std::vector<Value<S>> in;
    for (const auto& v : x) in.push_back(Value<S>::borrow(v));
    const auto [number, slopes] = function->f(in);
    *y[0].data = number;
    if (slopes.size() != x.size())
      fail(name, "{} derivatives of a function of {} inputs", slopes.size(), x.size());
    for (std::size_t i = 0; i < x.size(); ++i) {
      if (slopes[i].shape() != x[i].shape)
        fail(name, "the derivative with respect to input {} is {}, the input {}", i,
             to_string(slopes[i].shape()), to_string(x[i].shape));
      std::copy_n(slopes[i].data(), x[i].shape.size(), y[1 + i].data);
    }
  }

  template <class T>
  void pull_back(Pullback<T>& p) const {
    for (std::size_t i = 0; i < p.x.size(); ++i)
      if (p.y_bar[1 + i]) fail(name, "a black box has first derivatives only");
    for (std::size_t i = 0; i < p.x.size(); ++i)
      if (p.wanted[i] && p.y_bar[0]) p.x_bar[i] = pull(*p.y_bar[0], p.y[1 + i]);
  }

  template <class T>
  T apply(std::span<const T> x) const {
    std::vector<Shape> shapes{{1, 1}};
    for (const T& v : x) shapes.push_back(v.shape());
    return apply_all<S>(make_operation<S>(*this), x, std::span<const Shape>(shapes))[0];
  }
};

}  // namespace

template <class S>
Variable<S> BlackBox<S>::operator()(const std::vector<Variable<S>>& x) const {
  return Call<S>{{}, named_}.apply(std::span(x));
}
template <class S>
Value<S> BlackBox<S>::operator()(const std::vector<Value<S>>& x) const {
  return Call<S>{{}, named_}.apply(std::span(x));
}

template class BlackBox<float>;
template class BlackBox<double>;

ENGRAM_AUTODIFF_END
