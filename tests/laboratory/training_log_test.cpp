#include <engram/laboratory/training_log.hpp>
#include <engram/plasticity/atomic_file.hpp>
#include <engram/plasticity/format_error.hpp>

#include "../support/temporary_folder.hpp"

#include <boost/test/unit_test.hpp>

using namespace engram::laboratory;
using namespace engram::plasticity;

namespace {

constexpr const char* head =
    "step,loss,gradient_norm,median_norm,clipped,lost,skipped,rolled_back,validation_accuracy\n";

TrainingLog read(const std::string& rows) {
  const engram::test::TemporaryFolder folder;
  write_atomically(folder / "log.csv", head + rows);
  return read_training_log(folder / "log.csv", 3);
}

}  // namespace

BOOST_AUTO_TEST_SUITE(training_logs)

BOOST_AUTO_TEST_CASE(they_tell_steps_losses_and_validations) {
  const TrainingLog log = read("1,0.5,1,1,0,0,0,0,\n2,0.25,1,1,0,0,0,0,0.75\n3,0.75,1,1,0,0,1,0,0.5\n");
  BOOST_TEST(log.step == 3);
  BOOST_TEST(log.loss == 0.5);
  BOOST_TEST((log.validated == std::vector<std::pair<long, double>>{{2, 0.75}, {3, 0.5}}));
  BOOST_TEST(log.best.value() == 0.75);
}

BOOST_AUTO_TEST_CASE(a_row_without_its_end_is_still_being_written) {
  const TrainingLog log = read("1,0.5,1,1,0,0,0,0,\n2,0.2");
  BOOST_TEST(log.step == 1);
  BOOST_TEST(!log.best.has_value());
  BOOST_TEST(read("").step == 0);
}

BOOST_AUTO_TEST_CASE(a_row_of_no_training_is_refused_with_its_number) {
  for (const std::string row :
       {"2,0.5,1,1,0,0,0,0,\n", "1,x,1,1,0,0,0,0,\n", "1,0.5,1,1,0,0,0,0,1.5\n", "\n"})
    BOOST_CHECK_EXCEPTION(read(row), FormatError, [](const FormatError& e) {
      return std::string(e.what()).find("row 1 is none of a meta-training of 3 steps") != std::string::npos;
    });
  BOOST_CHECK_THROW(read("1,1,1,1,0,0,0,0,\n2,1,1,1,0,0,0,0,\n3,1,1,1,0,0,0,0,\n4,1,1,1,0,0,0,0,\n"),
                    FormatError);
}

BOOST_AUTO_TEST_SUITE_END()
