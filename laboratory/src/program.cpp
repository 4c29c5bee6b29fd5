#include <engram/laboratory/interrupt.hpp>
#include <engram/laboratory/program.hpp>
#include <engram/laboratory/ranks.hpp>
#include <engram/plasticity/atomic_file.hpp>
#include <engram/plasticity/format_error.hpp>

#include <fmt/format.h>

#include <cerrno>
#include <cstring>
#include <new>

namespace engram::laboratory {
namespace {

/// Complains, as a rank that fails alone, and ends the others with it.
int fail_alone(const char* program, const std::string& message, int code) {
  complain(program, ranks().size() == 1 ? message : fmt::format("{}: {}", ranks().name(), message));
  ranks().end_all(code);
  return code;
}

int run_and_complain(const char* program, const std::function<int()>& body) {
  try {
    const int code = body();
    ranks().leave();
    return code;
  } catch (const Refused& e) {
    if (ranks().leads()) complain(program, e.what());
    ranks().leave();
    return exit_bad_input;
  } catch (const Forsaken& e) {
    if (!ended_by_launcher()) return fail_alone(program, e.what(), exit_interrupted);
    ranks().end_all(exit_interrupted);
    return exit_interrupted;
  } catch (const std::bad_alloc&) {
    return fail_alone(program, "not enough memory; choose smaller sizes or fewer --threads", exit_failure);
  } catch (const std::exception& e) {
    return fail_alone(program, e.what(), is_bad_input(e) ? exit_bad_input : exit_failure);
  }
}

}  // namespace

bool is_bad_input(const std::exception& e) {
  return dynamic_cast<const UsageError*>(&e) != nullptr ||
         dynamic_cast<const plasticity::FormatError*>(&e) != nullptr ||
         dynamic_cast<const plasticity::FileError*>(&e) != nullptr ||
         dynamic_cast<const std::invalid_argument*>(&e) != nullptr;
}

int run_program(const char* program, const std::function<int()>& body) {
  secure_standard_streams();
  const int code = run_and_complain(program, body);
  const int error = output_error();
  if (error == 0 || error == EPIPE) return code;  // a reader who goes has read enough
  complain(program, fmt::format("cannot write to standard output: {}", std::strerror(error)));
  return code == 0 ? exit_failure : code;
}

}  // namespace engram::laboratory
