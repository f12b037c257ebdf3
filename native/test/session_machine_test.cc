// SPDX-License-Identifier: MIT
#include "common/session_machine.h"

#include <doctest/doctest.h>

#include <deque>
#include <memory>
#include <string>
#include <unordered_set>
#include <utility>

#include "session_world.h"

using namespace rasshost;

namespace {

struct Explored {
  std::size_t states;
  std::size_t transitions;
  int depth;  // steps to the state that is farthest
};

// Every world that can come about, each by a shortest way.
Explored Explore(const SessionWorld::Options& options) {
  std::deque<std::pair<std::unique_ptr<SessionWorld>, int>> open;
  open.emplace_back(std::make_unique<SessionWorld>(options), 0);
  std::unordered_set<std::string> seen{open.front().first->Key()};
  Explored explored{};
  for (; !open.empty(); open.pop_front()) {
    const SessionWorld& world = *open.front().first;
    explored.depth = open.front().second;
    // Whatever has happened, nobody waits for ever, and the server hears once.
    SessionWorld last(world);
    last.ComeToAnEnd();
    if (!last.fault().empty()) FAIL(last.fault());
    for (int i = 0; i < kSteps; ++i) {
      const Step step = static_cast<Step>(i);
      for (std::size_t which = 0; which < world.CountOf(step); ++which) {
        if (!world.IsPossible(step, which)) continue;
        auto next = std::make_unique<SessionWorld>(world);
        next->Run(step, which);
        if (!next->fault().empty()) FAIL("step " << i << ": " << next->fault());
        ++explored.transitions;
        if (!seen.insert(next->Key()).second) continue;
        open.emplace_back(std::move(next), explored.depth + 1);
      }
    }
  }
  explored.states = seen.size();
  return explored;
}

void Report(const char* what, const Explored& all) {
  MESSAGE(std::string(what) << ": " << all.states << " states, all there are, the farthest after "
                            << all.depth << " steps; " << all.transitions << " transitions");
}

}  // namespace

TEST_CASE(
    "In every order of events Complete is called once, nothing is touched after it, and the "
    "session ends (SD-07, SD-22, SD-23, SD-24, SD-26)") {
  const auto all = Explore({.in_process = false, .ports = 1, .workers = 1, .sessions = 1});
  Report("one dialog, worker placement", all);
  CHECK(all.states > 400);
}

TEST_CASE(
    "In-process the server never gets the port back while JavaScript uses it (SD-23, SD-29)") {
  const auto all = Explore({.in_process = true, .ports = 1, .workers = 1, .sessions = 1});
  Report("one dialog, in-process placement", all);
  CHECK(all.states > 150);
}

TEST_CASE(
    "Two dialogs on one port never meet, in whatever order their calls, frames, ends, time-outs "
    "and two workers' deaths come (SD-07, SD-26, SD-27, SD-29)") {
  const auto worker = Explore({.in_process = false, .ports = 1, .workers = 2, .sessions = 2});
  Report("two dialogs on a port, worker placement", worker);
  CHECK(worker.states > 100000);
  const auto here = Explore({.in_process = true, .ports = 1, .workers = 2, .sessions = 2});
  Report("two dialogs on a port, in-process placement", here);
  CHECK(here.states > 10000);
}

TEST_CASE("A frame that the worker may not send is fatal, and one that crossed our end is not") {
  SessionMachine machine(false);
  CHECK(machine.On(SessionEvent::kSend) == SessionAction::kFatal);  // it has not begun
  machine.On(SessionEvent::kDelivered);
  REQUIRE(machine.On(SessionEvent::kReceive) == SessionAction::kCallReceive);
  machine.Returned();
  CHECK(machine.On(SessionEvent::kSend) == SessionAction::kFatal);  // a receive is outstanding
  CHECK(machine.On(SessionEvent::kReceive) == SessionAction::kFatal);
  REQUIRE(machine.On(SessionEvent::kDeadline) == SessionAction::kComplete);
  CHECK(machine.On(SessionEvent::kVerdict) == SessionAction::kIgnore);
  CHECK(machine.state() == SessionState::kOverruled);
}

TEST_CASE("A second verdict is fatal (SD-07)") {
  SessionMachine machine(false);
  machine.On(SessionEvent::kDelivered);
  REQUIRE(machine.On(SessionEvent::kVerdict) == SessionAction::kComplete);
  CHECK(machine.On(SessionEvent::kVerdict) == SessionAction::kFatal);
}

TEST_CASE("A held termination is answered NO_ERROR and ends with a second Complete (SD-24)") {
  SessionMachine machine(false);
  machine.On(SessionEvent::kDelivered);
  machine.On(SessionEvent::kHold);
  REQUIRE(machine.On(SessionEvent::kVerdict) == SessionAction::kComplete);
  CHECK(machine.On(SessionEvent::kEnd) == SessionAction::kAnswerHeld);  // inside Complete
  CHECK(machine.Returned() == SessionAction::kNone);
  CHECK(machine.On(SessionEvent::kRelease) == SessionAction::kComplete);
  CHECK(machine.Returned() == SessionAction::kNone);
  CHECK(machine.over());
}
