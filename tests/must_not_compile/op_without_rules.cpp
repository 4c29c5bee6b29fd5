// error: vjp.* is not a member|no member named 'vjp'
#include "product.hpp"

struct Product : ProductForward {};

ad::Variable<double> f(const ad::Variable<double>& x) { return ad::apply(Product{}, x, x); }
