// SPDX-License-Identifier: MIT
#include "common/heartbeat.h"

#include <doctest/doctest.h>

using rasshost::Heartbeat;

TEST_CASE("Each round sees to the next, until there is nobody to look after") {
  Heartbeat heartbeat(1000);
  CHECK_FALSE(heartbeat.Take());
  heartbeat.GoOn();
  CHECK(heartbeat.Take());
  heartbeat.GoOn();
  CHECK_FALSE(heartbeat.Take());
  CHECK(heartbeat.RoundBegins(true));
  CHECK(heartbeat.Take());
  heartbeat.RoundEnds();
  CHECK_FALSE(heartbeat.RoundBegins(false));
  CHECK_FALSE(heartbeat.Take());
  heartbeat.GoOn();
  CHECK(heartbeat.Take());
}

TEST_CASE("A round that takes long has no other beside it, and the next comes all the same") {
  Heartbeat heartbeat(1000);
  REQUIRE(heartbeat.RoundBegins(true));
  CHECK(heartbeat.Take());
  CHECK_FALSE(heartbeat.RoundBegins(true));
  CHECK(heartbeat.Take());
  heartbeat.RoundEnds();
  CHECK(heartbeat.RoundBegins(true));
}

TEST_CASE("An interval that changes counts for the round that is to come") {
  Heartbeat heartbeat(1000);
  CHECK_FALSE(heartbeat.ChangeInterval(1000));
  CHECK(heartbeat.ChangeInterval(500));
  CHECK_FALSE(heartbeat.Take());
  heartbeat.GoOn();
  REQUIRE(heartbeat.Take());
  CHECK(heartbeat.ChangeInterval(2000));
  CHECK(heartbeat.interval_ms() == 2000);
  CHECK(heartbeat.Take());
}
