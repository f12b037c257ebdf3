// SPDX-License-Identifier: MIT
#include "common/session_machine.h"

#include <doctest/doctest.h>

#include <array>
#include <bit>
#include <cstddef>
#include <set>

#include "exploration.h"
#include "session_world.h"

using namespace rasshost;

namespace {

using MachineBytes = std::array<std::byte, sizeof(SessionMachine)>;

MachineBytes BytesOf(const SessionMachine& machine) { return std::bit_cast<MachineBytes>(machine); }

struct ExploredSessions : Explored {
  WalkedPairs walked;
  std::set<MachineBytes> machines;  // all that have come about
};

ExploredSessions Explore(const SessionWorld::Options& options) {
  ExploredSessions explored;
  static_cast<Explored&>(explored) =
      rasshost::Explore(SessionWorld(options), [&](const SessionWorld& world, bool is_new) {
        explored.walked.Add(world.walked());
        if (!is_new) return;
        for (const auto& session : world.sessions()) {
          explored.machines.insert(BytesOf(session->machine));
        }
      });
  return explored;
}

// Explored once, for all that want to know of it.
const ExploredSessions& TwoDialogs(bool in_process) {
  static const auto explore = [](bool here) {
    return Explore({.in_process = here, .ports = 1, .workers = 2, .sessions = 2});
  };
  static const ExploredSessions worker = explore(false), here = explore(true);
  return in_process ? here : worker;
}

// Likewise. In-process a second dialog comes after the stop.
const ExploredSessions& StoppedDialogs(bool in_process) {
  static const auto explore = [](bool here) {
    return Explore(
        {.in_process = here, .ports = 1, .workers = 1, .sessions = here ? 2 : 1, .stops = 1});
  };
  static const ExploredSessions worker = explore(false), here = explore(true);
  return in_process ? here : worker;
}

// An event that nothing brings about in this state, what the machine would answer, and why it can't
// come.
struct Impossible {
  SessionState state;
  SessionEvent event;
  SessionAction action;
  const char* why;
};

constexpr const char* kNoWorkerYet =
    "SessionTable lets a worker's frames through from the begin frame on";
constexpr const char* kNoReceiveYet = "a receive needs a frame that asks for it";
constexpr const char* kNoReceive = "no receive is outstanding";
constexpr const char* kDeliveredOnce = "the begin frame is sent once, to a queued session";

using S = SessionState;
using E = SessionEvent;
using A = SessionAction;

constexpr Impossible kImpossible[] = {
    {S::kQueued, E::kSend, A::kFatal, kNoWorkerYet},
    {S::kQueued, E::kReceive, A::kFatal, kNoWorkerYet},
    {S::kQueued, E::kVerdict, A::kFatal, kNoWorkerYet},
    {S::kQueued, E::kHold, A::kFatal, kNoWorkerYet},
    {S::kQueued, E::kRelease, A::kFatal, kNoWorkerYet},
    {S::kQueued, E::kLetGo, A::kFatal, kNoWorkerYet},
    {S::kQueued, E::kSignalled, A::kIgnore, kNoReceiveYet},
    {S::kQueued, E::kReceiveFailed, A::kIgnore, kNoReceiveYet},
    {S::kOpen, E::kDelivered, A::kIgnore, kDeliveredOnce},
    {S::kOpen, E::kSignalled, A::kIgnore, kNoReceive},
    {S::kOpen, E::kReceiveFailed, A::kIgnore, kNoReceive},
    {S::kReceiving, E::kDelivered, A::kIgnore, kDeliveredOnce},
    {S::kReceiving, E::kLetGo, A::kNone, "in-process there are no receives that we know of"},
    {S::kJudged, E::kDelivered, A::kIgnore, kDeliveredOnce},
    {S::kJudged, E::kReceiveFailed, A::kIgnore, "no frame is handled before the call returns"},
    {S::kOverruled, E::kDelivered, A::kIgnore, kDeliveredOnce},
    {S::kHeld, E::kDelivered, A::kIgnore, kDeliveredOnce},
    {S::kOver, E::kDelivered, A::kIgnore, kDeliveredOnce},
};

const Impossible* FindImpossible(SessionState state, SessionEvent event) {
  for (const Impossible& pair : kImpossible) {
    if (pair.state == state && pair.event == event) return &pair;
  }
  return nullptr;
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
  const Explored& worker = TwoDialogs(false);
  Report("two dialogs on a port, worker placement", worker);
  CHECK(worker.states > 100000);
  const Explored& here = TwoDialogs(true);
  Report("two dialogs on a port, in-process placement", here);
  CHECK(here.states > 30000);
}

TEST_CASE(
    "What has begun before the service stopped says nothing after that, and while it stops only "
    "what a held End is owed (SD-24, SD-26)") {
  const ExploredSessions& worker = StoppedDialogs(false);
  Report("a dialog and a stop, worker placement", worker);
  CHECK(worker.states > 2000);
  const ExploredSessions& here = StoppedDialogs(true);
  Report("two dialogs on a port and a stop, in-process placement", here);
  CHECK(here.states > 30000);
  if (!IsSoak()) return;
  for (const bool in_process : {false, true}) {
    const auto all =
        Explore({.in_process = in_process, .ports = 1, .workers = 2, .sessions = 2, .stops = 1});
    Report(in_process ? "two dialogs on a port, two workers and a stop, in-process placement"
                      : "two dialogs on a port, two workers and a stop, worker placement",
           all);
    CHECK(all.states > 150000);
  }
}

TEST_CASE("Every event has come in every state, but for those of which it is said why they can't") {
  WalkedPairs walked;
  for (const bool in_process : {false, true}) {
    walked.Add(TwoDialogs(in_process).walked);
    walked.Add(StoppedDialogs(in_process).walked);
  }
  for (int state = 0; state < kSessionStates; ++state) {
    for (int event = 0; event < kSessionEvents; ++event) {
      const auto s = static_cast<SessionState>(state);
      const auto e = static_cast<SessionEvent>(event);
      const Impossible* const impossible = FindImpossible(s, e);
      INFO("state " << state << ", event " << event << ": "
                    << (impossible ? impossible->why : "nobody says why it can't come"));
      CHECK(walked.Has(s, e) != (impossible != nullptr));
    }
  }
}

TEST_CASE("An event that can't come in a state changes no session, should it come after all") {
  for (const bool in_process : {false, true}) {
    for (const MachineBytes& bytes : TwoDialogs(in_process).machines) {
      const auto before = std::bit_cast<SessionMachine>(bytes);
      for (const Impossible& pair : kImpossible) {
        if (pair.state != before.state()) continue;
        SessionMachine machine = before;
        INFO("state " << static_cast<int>(pair.state) << ", event " << static_cast<int>(pair.event)
                      << ", in-process " << in_process);
        CHECK(machine.On(pair.event) == pair.action);
        CHECK(BytesOf(machine) == bytes);
      }
    }
  }
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
