/// How a kernel becomes a function that anyone can call. Included by kernel files after Highway, in HWY_ONCE.
#pragma once

#include <engram/autodiff/version.hpp>

#include "targets.hpp"

#include <hwy/highway.h>

#include <cstddef>

ENGRAM_AUTODIFF_BEGIN
namespace kernels {

/// The entry of the selected instruction set in each kernel's table. It is 0 before the library is
/// initialised, and the entry 0 selects one.
extern std::size_t table_entry;
std::size_t entry_of_selected();

/// The entry 0 of a kernel's table.
template <auto kernel>
struct Select;
template <class R, class... Args, R (*kernel)(Args...)>
struct Select<kernel> {
  static R call(Args... args) {
    table_entry = entry_of_selected();
    return kernel(args...);
  }
};

}  // namespace kernels
ENGRAM_AUTODIFF_END

/// Defines the function `template <class S> R name parameters` in the namespace kernels, for float and
/// double. Stands outside all namespaces. The function calls the function template of the same name and
/// parameters in the namespace of the selected instruction set. For instance ENGRAM_EXPORT(void, negate,
/// (const S* x, S* y, Index n), (x, y, n)). (HWY_EXPORT and HWY_DYNAMIC_DISPATCH do so for functions that are
/// no templates, with a call into Highway's library that takes no less time than a small kernel.)
#define ENGRAM_EXPORT(R, name, parameters, arguments)                                               \
  ENGRAM_AUTODIFF_BEGIN                                                                             \
  namespace kernels {                                                                               \
  template <class S>                                                                                \
  using name##_signature = R parameters;                                                            \
  template <class S>                                                                                \
  R name parameters {                                                                               \
    static constexpr name##_signature<S>* table[] = {                                               \
        &Select<static_cast<name##_signature<S>*>(name<S>)>::call, HWY_CHOOSE_TARGET_LIST(name<S>), \
        HWY_CHOOSE_FALLBACK(name<S>)};                                                              \
    return table[table_entry] arguments;                                                            \
  }                                                                                                 \
  template name##_signature<float> name<float>;                                                     \
  template name##_signature<double> name<double>;                                                   \
  }                                                                                                 \
  ENGRAM_AUTODIFF_END
