/// Stands in for oneTBB in WebAssembly, which has one thread here.
#pragma once

namespace tbb {

template <class Index, class F>
void parallel_for(Index first, Index last, const F& f) {
  for (Index i = first; i < last; ++i) f(i);
}

}  // namespace tbb
