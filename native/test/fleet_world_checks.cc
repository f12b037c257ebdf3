// SPDX-License-Identifier: MIT
// What must hold in a FleetWorld, of each action and after each step, and how all must end.
#include <algorithm>
#include <array>

#include "fleet_world.h"
#include "fleet_world_limits.h"

namespace rasshost {

void FleetWorld::Act() {
  while (const auto action = fleet_.Take()) {
    Do(*action);
    // After a fault there may be no end of them.
    if (*fault_ != '\0') return;
  }
}

void FleetWorld::Do(const FleetAction& action) {
  Process& process = processes_[action.place];
  switch (action.kind) {
    case FleetActionKind::kStart:
      start_due_ = true;
      break;
    case FleetActionKind::kStartLater:
      Expect(action.value <= std::max(RestartThrottle::kLongestDelayMs, Fleet::kSpareDelayMs),
             "a start waits for longer than the longest delay");
      start_due_ms_ = now_ms_ + action.value;
      break;
    case FleetActionKind::kBeat:
      beat_due_ms_ = now_ms_ + fleet_.beat_ms();
      break;
    case FleetActionKind::kPing:
      Expect(process.said_ready && process.lives() && !budget_.in_process,
             "a worker is asked for a sign of life that can give none");
      process.asked = true;
      break;
    case FleetActionKind::kLeave:
      Expect(process.lives() && !process.told_to_leave,
             "a worker is dismissed twice, or after its end");
      Expect(process.sessions == 0, "a worker is dismissed that has sessions");
      process.told_to_leave = true;
      break;
    case FleetActionKind::kTellLost:
      Expect(process.number != 0 && process.lost, "JavaScript is told of a loss that is none");
      break;
    case FleetActionKind::kEnd:
      Expect(process.number != 0, "a worker is ended twice");
      Expect(!budget_.in_process || process.gone || !process.said_ready,
             "a worker is forgotten while its JavaScript may be at a port");
      process = {};
      break;
    case FleetActionKind::kCurrentChanged:
      ask_due_ = true;
      break;
    case FleetActionKind::kRecycled:
      break;
  }
}

void FleetWorld::Check() {
  CheckWorkers();
  const bool has_current = CurrentPlace() != kNowhere;
  const bool is_starting =
      std::any_of(processes_.begin(), processes_.end(),
                  [](const Process& each) { return each.lives() && !each.said_ready; });
  Expect(!is_starting || !launching_, "two starts at a time");
  Expect(waiting_ == 0 || has_current || start_due_ || start_due_ms_ || launching_ || ask_due_ ||
             is_starting,
         "sessions wait for a worker that does not come");
  Expect(waiting_ == 0 || !has_current || ask_due_, "sessions wait although there is a worker");
  Expect(budget_.in_process || !AnyLives() || beat_due_ms_, "nobody looks after a worker");
}

void FleetWorld::CheckWorkers() {
  std::array<int, 8> of_state{};
  bool current_is_worn_out = false;
  for (std::size_t place = 0; place < processes_.size(); ++place) {
    const Process& process = processes_[place];
    if (process.number == 0) continue;
    const WorkerState state = fleet_.StateOf(process.number);
    ++of_state[static_cast<std::size_t>(state)];
    Expect(fleet_.PlaceOf(process.number) == place, "a worker changes its place, or is forgotten");
    Expect((state == WorkerState::kLost) == process.lost, "a worker is lost for one side alone");
    const bool is_in_use = state == WorkerState::kStarting || state == WorkerState::kSpare ||
                           state == WorkerState::kCurrent;
    Expect(!is_in_use || !process.outdated, "a worker is kept although the service has stopped");
    Expect(state != WorkerState::kSpare || !process.worn_out, "a spare that is worn out stays");
    if (state == WorkerState::kCurrent) current_is_worn_out = process.worn_out;
    Expect(state != WorkerState::kRetiring || process.sessions > 0,
           "a worker is kept for longer than its last session needs it");
    Expect((state == WorkerState::kLeaving) == (process.told_to_leave && !process.lost),
           "a worker leaves without being told, or stays although it was");
  }
  const auto count = [&](WorkerState state) { return of_state[static_cast<std::size_t>(state)]; };
  Expect(count(WorkerState::kCurrent) <= 1, "two current workers");
  Expect(count(WorkerState::kSpare) <= count(WorkerState::kCurrent),
         "a spare worker without a current one, or two of them");
  Expect(!current_is_worn_out || count(WorkerState::kSpare) == 0,
         "a worker that is worn out is not replaced");
  Expect(count(WorkerState::kStarting) <= 1, "two starts at a time");
}

// All that a service does by itself, without the beats, which never end.
void FleetWorld::Settle() {
  // Far more than it takes.
  constexpr int kMostSteps = 1000;
  int steps = 0;
  const auto run_if_possible = [&](FleetStep step, std::size_t place) {
    // Nothing happens meanwhile: time passes until it is due.
    const bool is_possible =
        step == FleetStep::kStartTimer ? start_due_ms_.has_value() : IsPossible(step, place);
    if (is_possible && ++steps <= kMostSteps) Run(step, place);
  };
  for (int before = -1; before != steps && steps < kMostSteps;) {
    before = steps;
    for (const FleetStep step :
         {FleetStep::kAskAgain, FleetStep::kStart, FleetStep::kStartTimer, FleetStep::kLaunched,
          FleetStep::kNextPulse, FleetStep::kPulse, FleetStep::kCondemn}) {
      run_if_possible(step, 0);
    }
    for (std::size_t place = 0; place < processes_.size(); ++place) {
      if (processes_[place].number == 0) continue;
      for (const FleetStep step :
           {FleetStep::kReady, FleetStep::kPong, FleetStep::kLeaves, FleetStep::kGone}) {
        run_if_possible(step, place);
      }
    }
  }
  Expect(steps < kMostSteps, "it never comes to rest");
}

void FleetWorld::ComeToAnEnd() {
  budget_.failures = budget_.deaths = budget_.reloads = budget_.worn = 0;
  budget_.dials = 1;
  Run(FleetStep::kDial, 0);
  Settle();
  Expect(waiting_ == 0 && CurrentPlace() != kNowhere, "a demanded worker does not come");
  for (std::size_t place = 0; place < processes_.size(); ++place) {
    while (IsPossible(FleetStep::kHangUp, place)) Run(FleetStep::kHangUp, place);
  }
  budget_.stops = 1;
  Run(FleetStep::kStop, 0);
  Settle();
  Expect(!AnyLives(), "a worker is left after the service has stopped");
  // The last beat finds nobody.
  budget_.beats = 2;
  while (IsPossible(FleetStep::kBeat, 0)) Run(FleetStep::kBeat, 0);
  Expect(!beat_due_ms_, "beats go on for nobody");
}

}  // namespace rasshost
