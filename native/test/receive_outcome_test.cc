// SPDX-License-Identifier: MIT
#include "common/receive_outcome.h"

#include <doctest/doctest.h>

using rasshost::kPending;
using rasshost::OutcomeOf;
using rasshost::ReceiveOutcome;

namespace {

constexpr std::uint32_t kTimeout = 638;

void Expect(const ReceiveOutcome& outcome, std::uint32_t error, std::size_t count, bool settled) {
  CHECK(outcome.error == error);
  CHECK(outcome.count == count);
  CHECK(outcome.settled == settled);
}

}  // namespace

TEST_CASE("Where length word and GetInfo agree there is nothing to look for") {
  Expect(OutcomeOf(0, 3, 3, 10), 0, 3, true);
  Expect(OutcomeOf(0, 0, 0, 10), 0, 0, true);
  Expect(OutcomeOf(kTimeout, 0, 0, 10), kTimeout, 0, true);
}

TEST_CASE("A receive that still runs, or that may be shown as the one before, is looked at again") {
  Expect(OutcomeOf(kPending, 0, 1, 1), kPending, 0, false);
  Expect(OutcomeOf(kTimeout, 0, 1, 1), kTimeout, 0, false);
  Expect(OutcomeOf(0, 1, 0, 1), 0, 1, false);
  Expect(OutcomeOf(0, 3, 10, 10), 0, 3, false);
}

TEST_CASE("The length word counts where BytesReceived says nothing or less (SD-18)") {
  Expect(OutcomeOf(0, 0, 1, 1), 0, 1, true);
  Expect(OutcomeOf(0, 0, 4, 10), 0, 4, true);
  Expect(OutcomeOf(0, 7, 4, 10), 0, 4, true);
}

TEST_CASE("No more bytes are taken than were wanted, whatever the server says (SD-17)") {
  for (std::size_t wanted = 1; wanted < 5; ++wanted) {
    for (std::size_t word = 0; word < 8; ++word) {
      for (std::size_t bytes = 0; bytes < 8; ++bytes) {
        const auto outcome = OutcomeOf(0, bytes, word, wanted);
        CHECK(outcome.count <= wanted);
        CHECK((outcome.count == 0) == (word == 0 && bytes == 0));
      }
    }
  }
}
