// SPDX-License-Identifier: MIT
#include <doctest/doctest.h>

#include "exploration.h"
#include "fleet_world.h"

using namespace rasshost;

namespace {

struct Exploration {
  const char* what;
  FleetWorld::Budget budget;
};

// What is explored in seconds.
constexpr Exploration kExplorations[] = {
    {"a death, a launch that fails, a stop, a beat",
     {.dials = 1, .failures = 1, .deaths = 1, .stops = 1, .beats = 1, .wants_spare = true}},
    {"a reload and a stop", {.dials = 1, .reloads = 1, .stops = 1, .wants_spare = true}},
    {"two sessions, a reload, a death",
     {.dials = 2, .deaths = 1, .reloads = 1, .wants_spare = true}},
    {"three sessions wear a worker out, which dies",
     {.dials = 3, .deaths = 1, .wants_spare = true}},
    {"a worker that is silent", {.dials = 1, .beats = 7}},
    {"a round in parts, two sessions, a worker that is worn out",
     {.dials = 2, .worn = 1, .rounds = 1, .wants_spare = true}},
    {"a round in parts, a death, a stop",
     {.dials = 1, .deaths = 1, .stops = 1, .rounds = 1, .wants_spare = true}},
    {"a round in parts, a death, a reload", {.dials = 1, .deaths = 1, .reloads = 1, .rounds = 1}},
    {"two rounds in parts, a death, a stop", {.dials = 1, .deaths = 1, .stops = 1, .rounds = 2}},
    {"no spares, a round in parts, all but a reload",
     {.dials = 1, .failures = 1, .deaths = 1, .stops = 1, .worn = 1, .rounds = 1}},
    {"in-process, losses in parts",
     {.dials = 2, .failures = 1, .deaths = 2, .reloads = 1, .stops = 2, .in_process = true}},
};

// And in minutes.
constexpr Exploration kLongExplorations[] = {
    {"two sessions, a death, a launch that fails, a stop, a beat",
     {.dials = 2, .failures = 1, .deaths = 1, .stops = 1, .beats = 1, .wants_spare = true}},
    {"two reloads and a death", {.dials = 1, .deaths = 1, .reloads = 2, .wants_spare = true}},
    {"a round in parts, a reload, a worker that is worn out, a stop",
     {.dials = 1, .reloads = 1, .stops = 1, .worn = 1, .rounds = 1}},
    {"a worker that is silent, in parts", {.dials = 1, .rounds = 7}},
    {"a round in parts, a death, a reload, a spare",
     {.dials = 1, .deaths = 1, .reloads = 1, .rounds = 1, .wants_spare = true}},
    {"no spares, everything once, the round in parts",
     {.dials = 1, .failures = 1, .deaths = 1, .reloads = 1, .stops = 1, .worn = 1, .rounds = 1}},
    {"with spares, everything once",
     {.dials = 1,
      .failures = 1,
      .deaths = 1,
      .reloads = 1,
      .stops = 1,
      .beats = 1,
      .wants_spare = true}},
    {"with spares, a round in parts, a death, two stops",
     {.dials = 1, .deaths = 1, .stops = 2, .rounds = 1, .wants_spare = true}},
    {"in-process, three sessions, losses in parts",
     {.dials = 3, .failures = 2, .deaths = 2, .reloads = 1, .stops = 2, .in_process = true}},
};

void ExploreAndReport(const Exploration& exploration) {
  const Explored all =
      Explore(FleetWorld(exploration.budget), [](const FleetWorld&, bool /*is_new*/) {});
  Report(exploration.what, all);
  CHECK(all.states > 1000);
}

}  // namespace

TEST_CASE(
    "In every order of events there is one current worker at most, each worker is dismissed or "
    "lost once, whoever asks for one gets one, and after a stop nothing is started") {
  for (const Exploration& exploration : kExplorations) ExploreAndReport(exploration);
  if (!IsSoak()) return;
  for (const Exploration& exploration : kLongExplorations) ExploreAndReport(exploration);
}

TEST_CASE("However often it is reloaded, a fleet has no more workers than it has places") {
  constexpr WorkerLimits kLimits{.wants_spare = true,
                                 .beat_ms = 1000,
                                 .recycle_dialogs = 100,
                                 .recycle_ms = 1'000'000,
                                 .memory_bytes = 1000};
  Fleet fleet(false, 1000);
  const auto settle = [&] {
    while (fleet.Take()) {
    }
  };
  fleet.Demand();
  WorkerNumber first = 0;
  WorkerNumber last = 0;
  for (std::size_t i = 0; i < 2 * Fleet::kMostWorkers; ++i) {
    settle();
    const auto start = fleet.NextStart(0);
    if (!start) break;
    REQUIRE(fleet.Launched(start->worker, kLimits));
    REQUIRE(fleet.Ready(start->worker, 0) ==
            (i == 0 ? Fleet::Welcome::kTakesCalls : Fleet::Welcome::kReloaded));
    last = start->worker;
    if (first == 0) first = last;
    // Each has a session that does not end.
    REQUIRE(fleet.Demand() == last);
    fleet.SessionBegun(last, 0);
    fleet.ReloadWanted();
  }
  // The last place is kept for a current worker.
  CHECK(last == Fleet::kMostWorkers - 1);
  CHECK(fleet.StateOf(last) == WorkerState::kCurrent);
  SUBCASE("and the reload follows when one of them has left") {
    fleet.SessionOver(first);
    settle();
    CHECK(fleet.StateOf(first) == WorkerState::kLeaving);
    fleet.Lost(first, 0);
    settle();
    const auto start = fleet.NextStart(0);
    REQUIRE(start);
    CHECK(start->purpose == StartPurpose::kReload);
  }
  SUBCASE("and one that is lost is replaced all the same") {
    fleet.Lost(last, 0);
    CHECK(fleet.Demand() == 0);
    settle();
    const auto start = fleet.NextStart(0);
    REQUIRE(start);
    CHECK(fleet.PlaceOf(start->worker) < Fleet::kMostWorkers);
  }
}

TEST_CASE("A worker that waits for us is not silent, and one that waits for nobody is") {
  Fleet fleet(false, 1000);
  fleet.Demand();
  const auto start = fleet.NextStart(0);
  REQUIRE(start);
  REQUIRE(fleet.Launched(start->worker, {.wants_spare = false,
                                         .beat_ms = 1000,
                                         .recycle_dialogs = 100,
                                         .recycle_ms = 1'000'000,
                                         .memory_bytes = 1000}));
  REQUIRE(fleet.Ready(start->worker, 0) == Fleet::Welcome::kTakesCalls);
  const auto beats = [&](bool calls_out) {
    int beats_borne = 0;
    while (beats_borne < 100 && fleet.Beat(start->worker, 0, 0, calls_out) == Fleet::Pulse::kWell) {
      ++beats_borne;
    }
    return beats_borne;
  };
  CHECK(beats(true) == 100);
  CHECK(beats(false) < 2 * Fleet::kMissedBeats);
}
