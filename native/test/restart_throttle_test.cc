// SPDX-License-Identifier: MIT
#include "common/restart_throttle.h"

#include <doctest/doctest.h>

using rasshost::RestartThrottle;

TEST_CASE("The first start waits for nothing") {
  const RestartThrottle throttle;
  CHECK(throttle.WaitMs(0) == 0);
  CHECK(throttle.failures() == 0);
}

TEST_CASE("Each failure doubles the delay of the next start, up to the longest") {
  RestartThrottle throttle;
  std::uint64_t now = 1'000'000;
  std::uint64_t expected = RestartThrottle::kFirstDelayMs;
  for (std::uint32_t failures = 1; failures <= 100; ++failures) {
    CHECK(throttle.Failed(now) == expected);
    CHECK(throttle.failures() == failures);
    CHECK(throttle.WaitMs(now) == expected);
    CHECK(throttle.WaitMs(now + expected - 1) == 1);
    CHECK(throttle.WaitMs(now + expected) == 0);
    now += expected;
    expected = expected * 2 < RestartThrottle::kLongestDelayMs ? expected * 2
                                                               : RestartThrottle::kLongestDelayMs;
  }
  CHECK(expected == RestartThrottle::kLongestDelayMs);
}

TEST_CASE("A worker that is of use makes up for all failures") {
  RestartThrottle throttle;
  for (int i = 0; i < 10; ++i) throttle.Failed(5);
  throttle.Reset();
  CHECK(throttle.WaitMs(5) == 0);
  CHECK(throttle.failures() == 0);
  CHECK(throttle.Failed(5) == RestartThrottle::kFirstDelayMs);
}
