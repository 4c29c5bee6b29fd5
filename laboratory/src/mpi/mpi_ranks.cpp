// A build with MPI.
#include "mpi_ranks.hpp"

#include <engram/laboratory/interrupt.hpp>

#include "mpi_calls.hpp"
#include "roll_call.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <numeric>

namespace engram::laboratory {
namespace {

class MpiRanks final : public Ranks {
 public:
  explicit MpiRanks(std::string_view program) : roll_call_(program) {
    MPI_Comm neighbours = MPI_COMM_NULL;
    check(MPI_Comm_split_type(MPI_COMM_WORLD, MPI_COMM_TYPE_SHARED, 0, MPI_INFO_NULL, &neighbours));
    check(MPI_Comm_size(neighbours, &neighbours_));
    check(MPI_Comm_free(&neighbours));
  }

  std::size_t size() const override { return roll_call_.size(); }
  std::size_t rank() const override { return roll_call_.rank(); }
  bool stopped() const override { return stopped_; }
  std::string name() const override { return roll_call_.name(rank()); }
  std::size_t neighbours() const override { return static_cast<std::size_t>(neighbours_); }

  void gather(std::span<std::byte> rows, std::size_t count) override {
    std::vector<int> counts, places;
    for (std::size_t r = 0; r < size(); ++r) {
      const plasticity::Share s = plasticity::share_of(r, size(), count);
      counts.push_back(narrow(s.size()));
      places.push_back(narrow(s.begin));
    }
    const Rows row(count == 0 ? 0 : rows.size() / count);
    int asked = interrupted() ? 1 : 0, answer = 0;
    std::array<MPI_Request, 2> requests{};
    check(MPI_Iallgatherv(MPI_IN_PLACE, 0, MPI_DATATYPE_NULL, rows.data(), counts.data(), places.data(),
                          row.type, MPI_COMM_WORLD, &requests[0]));
    check(MPI_Iallreduce(&asked, &answer, 1, MPI_INT, MPI_MAX, MPI_COMM_WORLD, &requests[1]));
    roll_call_.wait(requests);
    stopped_ = answer != 0;
  }

  std::vector<std::string> collected(const std::string& text) override {
    std::vector<int> lengths(size()), places(size());
    const int mine = narrow(text.size());
    wait_for([&](MPI_Request* r) {
      return MPI_Igather(&mine, 1, MPI_INT, lengths.data(), 1, MPI_INT, 0, MPI_COMM_WORLD, r);
    });
    std::exclusive_scan(lengths.begin(), lengths.end(), places.begin(), 0);
    std::string all(static_cast<std::size_t>(std::reduce(lengths.begin(), lengths.end())), ' ');
    wait_for([&](MPI_Request* r) {
      return MPI_Igatherv(text.data(), mine, MPI_CHAR, all.data(), lengths.data(), places.data(), MPI_CHAR, 0,
                          MPI_COMM_WORLD, r);
    });
    std::vector<std::string> texts;
    for (std::size_t r = 0; leads() && r < size(); ++r)
      texts.push_back(all.substr(static_cast<std::size_t>(places[r]), static_cast<std::size_t>(lengths[r])));
    return texts;
  }

  std::string told(const std::string& text) override {
    int length = narrow(text.size());
    wait_for([&](MPI_Request* r) { return MPI_Ibcast(&length, 1, MPI_INT, 0, MPI_COMM_WORLD, r); });
    std::string copy = text;
    copy.resize(static_cast<std::size_t>(length));
    wait_for([&](MPI_Request* r) { return MPI_Ibcast(copy.data(), length, MPI_CHAR, 0, MPI_COMM_WORLD, r); });
    return copy;
  }

  void leave() override {
    wait_for([](MPI_Request* r) { return MPI_Ibarrier(MPI_COMM_WORLD, r); });
    roll_call_.close();
    MPI_Finalize();
  }

  void end_all(int code) override { MPI_Abort(MPI_COMM_WORLD, code); }

 private:
  /// The type of a row of so many bytes.
  struct Rows {
    explicit Rows(std::size_t bytes) {
      check(MPI_Type_contiguous(narrow(bytes), MPI_BYTE, &type));
      check(MPI_Type_commit(&type));
    }
    Rows(const Rows&) = delete;
    Rows& operator=(const Rows&) = delete;
    ~Rows() { MPI_Type_free(&type); }

    MPI_Datatype type = MPI_DATATYPE_NULL;
  };

  template <class Start>
  void wait_for(const Start& start) {
    std::array<MPI_Request, 1> request{};
    check(start(request.data()));
    roll_call_.wait(request);
  }

  RollCall roll_call_;
  int neighbours_ = 1;
  bool stopped_ = false;
};

}  // namespace

bool has_mpi() { return true; }

std::unique_ptr<Ranks> launched_ranks(std::string_view program) {
  if (!is_launched()) return nullptr;
  int level = 0;
  if (MPI_Init_thread(nullptr, nullptr, MPI_THREAD_FUNNELED, &level) != MPI_SUCCESS)
    throw UsageError("MPI cannot be initialised; is the launcher that of the MPI of this build?");
  MPI_Comm_set_errhandler(MPI_COMM_WORLD, MPI_ERRORS_RETURN);
  return std::make_unique<MpiRanks>(program);
}

}  // namespace engram::laboratory
