/// Ops are templates compiled once here, for recorded and plain values of float and double.
#pragma once

#define ENGRAM_FOR_ALL(X) X(Variable<float>) X(Variable<double>) X(Value<float>) X(Value<double>)
/// Elementwise ones for single numbers, too.
#define ENGRAM_FOR_NUMBERS(X) X(Number<float>) X(Number<double>)
