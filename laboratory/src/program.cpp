#include <engram/laboratory/program.hpp>
#include <engram/plasticity/atomic_file.hpp>
#include <engram/plasticity/format_error.hpp>

#include <fmt/format.h>

#include <cerrno>
#include <cstring>
#include <new>

namespace engram::laboratory {
namespace {

int run_and_complain(const char* program, const std::function<int()>& body) {
  const auto bad_input = [&](const std::exception& e) {
    complain(program, e.what());
    return exit_bad_input;
  };
  try {
    return body();
  } catch (const UsageError& e) {
    return bad_input(e);
  } catch (const plasticity::FormatError& e) {
    return bad_input(e);
  } catch (const plasticity::FileError& e) {
    return bad_input(e);
  } catch (const std::invalid_argument& e) {
    return bad_input(e);
  } catch (const std::bad_alloc&) {
    complain(program, "not enough memory; choose smaller sizes or fewer --threads");
  } catch (const std::exception& e) {
    complain(program, e.what());
  }
  return exit_failure;
}

}  // namespace

int run_program(const char* program, const std::function<int()>& body) {
  secure_standard_streams();
  const int code = run_and_complain(program, body);
  const int error = output_error();
  if (error == 0 || error == EPIPE) return code;  // a reader who goes has read enough
  complain(program, fmt::format("cannot write to standard output: {}", std::strerror(error)));
  return code == 0 ? exit_failure : code;
}

}  // namespace engram::laboratory
