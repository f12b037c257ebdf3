// SPDX-License-Identifier: MIT
#include "common/session_machine.h"

#include <doctest/doctest.h>

#include <array>
#include <cstring>
#include <deque>
#include <set>
#include <string>
#include <type_traits>
#include <vector>

using namespace rasshost;

namespace {

// A session with its surroundings: what the security DLL's threads have under way, and what the
// RAS server has seen. Every order of events that threads can produce is a path through it.
struct World {
  explicit World(bool here) : machine(here), in_process(here) {}

  SessionMachine machine;
  bool claiming = false;  // GetInfo before the begin frame
  bool claimed = false;
  bool frame_call = false;    // Send or Receive on the thread that handles frames
  bool receive_call = false;  // it is Receive
  bool collecting = false;    // a signalled receive is being read
  bool completing = false;    // Complete has not come back yet
  bool rasman_receives = false;
  bool in_process;
  bool js_uses_port = false;  // in-process, from the begin frame until it lets go
  bool worker_alive = true;
  bool worker_at_fault = false;
  bool hold = false;  // the policy wants to clean up before the call ends
  bool complete_called = false;
  bool end_held = false;  // End was answered NO_ERROR, and no Complete has come since
  bool end_over = false;  // End was answered non-zero, or the last Complete has come

  using Bytes = std::array<unsigned char, 32>;
  Bytes Key() const {
    static_assert(sizeof(World) <= sizeof(Bytes) && std::is_trivially_copyable_v<World>);
    static_assert(std::has_unique_object_representations_v<SessionMachine> ||
                  alignof(World) == 1);  // no padding, so the bytes are the value
    Bytes bytes{};
    std::memcpy(bytes.data(), this, sizeof(World));
    return bytes;
  }

  bool CallsOut() const { return claiming || frame_call || collecting || completing; }

  void Perform(SessionAction action) {
    switch (action) {
      case SessionAction::kFatal:
        worker_at_fault = true;
        break;
      case SessionAction::kCallSend:
      case SessionAction::kCallReceive:
      case SessionAction::kCollect:
        // Invariant 6 of the design: nothing of the transaction is touched after Complete or End.
        REQUIRE_FALSE(complete_called);
        REQUIRE_FALSE(end_held);
        REQUIRE_FALSE(end_over);
        // One call at a time on a port (SD-22).
        REQUIRE_FALSE(CallsOut());
        if (action == SessionAction::kCollect) {
          collecting = true;
          rasman_receives = false;
        } else {
          frame_call = true;
          receive_call = action == SessionAction::kCallReceive;
        }
        break;
      case SessionAction::kComplete:
        // Invariant 2: once, unless End has been answered NO_ERROR since, and never after the end.
        REQUIRE_FALSE(end_over);
        REQUIRE((!complete_called || end_held));
        // A policy that holds the termination is waited for.
        REQUIRE_FALSE((end_held && hold));
        // The buffers are not touched by another thread meanwhile.
        REQUIRE_FALSE(CallsOut());
        REQUIRE_FALSE(js_uses_port);
        complete_called = true;
        completing = true;
        if (end_held) {
          end_held = false;
          end_over = true;
        }
        break;
      case SessionAction::kAnswerOver:
        // SD-24: non-zero says that nothing of ours uses the port any more and nothing will come.
        REQUIRE_FALSE(claiming);
        REQUIRE_FALSE(frame_call);
        REQUIRE_FALSE(collecting);
        REQUIRE_FALSE(js_uses_port);
        end_over = true;
        break;
      case SessionAction::kAnswerHeld:
        end_held = true;
        break;
      default:
        break;
    }
  }

  void On(SessionEvent event) { Perform(machine.On(event)); }
};

struct Step {
  std::string name;
  void (*run)(World&);
  bool (*possible)(const World&);
};

bool FramesFlow(const World& w) { return w.worker_alive && !w.worker_at_fault && !w.frame_call; }
bool HasBegun(const World& w) { return w.machine.state() != SessionState::kQueued; }

const std::vector<Step> kSteps = {
    {"claim",
     [](World& w) {
       w.claiming = w.machine.Claim();
       w.claimed = true;
     },
     [](const World& w) { return !w.claimed && !w.in_process; }},
    {"claim returned",
     [](World& w) {
       w.claiming = false;
       w.Perform(w.machine.Returned());
     },
     [](const World& w) { return w.claiming; }},
    {"delivered",
     [](World& w) {
       w.js_uses_port = w.in_process;
       w.On(SessionEvent::kDelivered);
     },
     [](const World& w) {
       return w.machine.state() == SessionState::kQueued && !w.claiming &&
              (w.claimed || w.in_process) && w.worker_alive;
     }},
    {"send", [](World& w) { w.On(SessionEvent::kSend); },
     [](const World& w) { return FramesFlow(w) && !w.in_process; }},
    {"receive", [](World& w) { w.On(SessionEvent::kReceive); },
     [](const World& w) { return FramesFlow(w) && !w.in_process; }},
    // JavaScript lets go of the port before it gives its verdict.
    {"verdict", [](World& w) { w.On(SessionEvent::kVerdict); },
     [](const World& w) { return FramesFlow(w) && !w.js_uses_port; }},
    {"let go",
     [](World& w) {
       if (HasBegun(w)) w.js_uses_port = false;
       w.On(SessionEvent::kLetGo);
     },
     [](const World& w) { return FramesFlow(w) && w.in_process; }},
    {"hold",
     [](World& w) {
       const bool runs = w.machine.state() == SessionState::kOpen ||
                         w.machine.state() == SessionState::kReceiving;
       w.hold = w.hold || runs;
       w.On(SessionEvent::kHold);
     },
     FramesFlow},
    {"release",
     [](World& w) {
       if (HasBegun(w)) w.hold = false;
       w.On(SessionEvent::kRelease);
     },
     FramesFlow},
    {"receive refused",
     [](World& w) {
       w.receive_call = false;
       w.On(SessionEvent::kReceiveFailed);
     },
     [](const World& w) { return w.frame_call && w.receive_call; }},
    {"frame call returned",
     [](World& w) {
       w.frame_call = false;
       w.rasman_receives = w.rasman_receives || w.receive_call;
       w.receive_call = false;
       w.Perform(w.machine.Returned());
     },
     [](const World& w) { return w.frame_call; }},
    {"receive signalled", [](World& w) { w.On(SessionEvent::kSignalled); },
     [](const World& w) { return w.rasman_receives && !w.frame_call; }},
    {"collected",
     [](World& w) {
       w.collecting = false;
       w.Perform(w.machine.Returned());
     },
     [](const World& w) { return w.collecting; }},
    {"signalled for nothing",
     [](World& w) {
       w.collecting = false;
       w.rasman_receives = true;
       w.Perform(w.machine.StillReceiving());
     },
     [](const World& w) { return w.collecting; }},
    {"complete returned",
     [](World& w) {
       w.completing = false;
       w.Perform(w.machine.Returned());
     },
     [](const World& w) { return w.completing; }},
    {"end", [](World& w) { w.On(SessionEvent::kEnd); }, [](const World& w) { return !w.end_over; }},
    {"deadline",
     [](World& w) {
       if (w.machine.state() == SessionState::kHeld) w.hold = false;
       w.On(SessionEvent::kDeadline);
     },
     [](const World&) { return true; }},
    {"the handle goes to another caller",
     [](World& w) {
       w.hold = w.end_held = w.js_uses_port = false;
       w.end_over = true;
       w.On(SessionEvent::kAbandoned);
     },
     [](const World& w) { return !w.end_over; }},
    {"worker lost",
     [](World& w) {
       w.worker_alive = w.js_uses_port = w.hold = false;
       w.On(SessionEvent::kWorkerLost);
     },
     [](const World& w) { return w.worker_alive; }},
};

// Whatever has happened, the session comes to its end when calls return, the worker goes, the
// deadline passes and the server calls End: nobody waits for ever, and the server hears once.
void MustComeToAnEnd(World world) {
  const auto finish_calls = [&] {
    for (int i = 0; i < 4; ++i) {
      for (const Step& step : kSteps) {
        const bool is_return = step.name.ends_with("returned") || step.name == "collected";
        if (is_return && step.possible(world)) step.run(world);
      }
    }
  };
  finish_calls();
  if (world.worker_alive) {
    world.worker_alive = world.js_uses_port = world.hold = false;
    world.On(SessionEvent::kWorkerLost);
  }
  finish_calls();
  REQUIRE((world.complete_called || world.end_over));
  if (!world.end_over) world.On(SessionEvent::kEnd);
  finish_calls();
  REQUIRE(world.end_over);
  REQUIRE(world.machine.over());
}

std::size_t ExploreAll(bool in_process) {
  std::set<World::Bytes> seen;
  std::deque<World> open{World(in_process)};
  seen.insert(open.front().Key());
  while (!open.empty()) {
    const World world = open.front();
    open.pop_front();
    // A termination is held for the policy's sake or until the port is free, no longer (SD-24).
    REQUIRE((!world.end_held || world.hold || world.CallsOut() || world.js_uses_port));
    MustComeToAnEnd(world);
    for (const Step& step : kSteps) {
      if (!step.possible(world)) continue;
      World next = world;
      CAPTURE(step.name);
      step.run(next);
      if (seen.insert(next.Key()).second) open.push_back(next);
    }
  }
  return seen.size();
}

}  // namespace

TEST_CASE(
    "In every order of events Complete is called once, nothing is touched after it, and the "
    "session ends (SD-07, SD-22, SD-23, SD-24, SD-26)") {
  const std::size_t states = ExploreAll(false);
  MESSAGE("worker placement: " << states << " states reached");
  CHECK(states > 100);
}

TEST_CASE(
    "In-process the server never gets the port back while JavaScript uses it (SD-23, SD-29)") {
  const std::size_t states = ExploreAll(true);
  MESSAGE("in-process placement: " << states << " states reached");
  CHECK(states > 50);
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
