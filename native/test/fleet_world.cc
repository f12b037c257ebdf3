// SPDX-License-Identifier: MIT
#include "fleet_world.h"

#include <algorithm>
#include <utility>

#include "fleet_world_limits.h"

namespace rasshost {

FleetWorld::FleetWorld(const Budget& budget)
    : budget_(budget), fleet_(budget.in_process, kBeatMs) {}

// --- What can happen ---

bool FleetWorld::IsPossible(FleetStep step, std::size_t place) const {
  const bool beats_next = beat_due_ms_ && (!start_due_ms_ || *beat_due_ms_ <= *start_due_ms_);
  switch (step) {
    case FleetStep::kDial:
      return budget_.dials > 0;
    case FleetStep::kAskAgain:
      return ask_due_;
    case FleetStep::kGiveUp:
      return waiting_ > 0;
    case FleetStep::kStart:
      return start_due_;
    case FleetStep::kStartTimer:
      return start_due_ms_ && (!beat_due_ms_ || *start_due_ms_ <= *beat_due_ms_);
    case FleetStep::kLaunched:
      return launching_.has_value();
    case FleetStep::kNotLaunched:
      return launching_ && budget_.failures > 0;
    case FleetStep::kReload:
      return budget_.reloads > 0;
    case FleetStep::kStop:
      return budget_.stops > 0;
    case FleetStep::kBeat:
      return budget_.beats > 0 && beats_next;
    case FleetStep::kRoundBegins:
      return budget_.rounds > 0 && beats_next;
    case FleetStep::kNextPulse:
      return round_ == Round::kBetween;
    case FleetStep::kPulse:
      return round_ == Round::kLooks;
    case FleetStep::kPulseTooLarge:
      return round_ == Round::kLooks && budget_.deaths > 0;
    case FleetStep::kPulseWorn:
      return round_ == Round::kLooks && budget_.worn > 0;
    case FleetStep::kCondemn:
      return round_ == Round::kCondemns;
    default:
      return processes_[place].number != 0 && IsPossibleFor(step, processes_[place]);
  }
}

bool FleetWorld::IsPossibleFor(FleetStep step, const Process& process) const {
  switch (step) {
    case FleetStep::kHangUp:
      return process.sessions > 0;
    case FleetStep::kGone:
      return process.lost && budget_.in_process;
    case FleetStep::kReady:
      return process.lives() && !process.said_ready;
    case FleetStep::kReadyAgain:
      return process.lives() && process.said_ready && budget_.deaths > 0;
    case FleetStep::kPong:
      return process.lives() && process.asked;
    case FleetStep::kDies:
      return process.lives() && budget_.deaths > 0;
    default:
      return process.lives() && process.told_to_leave;
  }
}

void FleetWorld::Run(FleetStep step, std::size_t place) {
  switch (step) {
    case FleetStep::kDial:
      --budget_.dials;
      ++waiting_;
      AskAgain();
      break;
    case FleetStep::kAskAgain:
      ask_due_ = false;
      AskAgain();
      break;
    case FleetStep::kGiveUp:
      --waiting_;
      break;
    case FleetStep::kStart:
      start_due_ = false;
      LookForStart();
      break;
    case FleetStep::kStartTimer:
      now_ms_ = std::max(now_ms_, *std::exchange(start_due_ms_, std::nullopt));
      LookForStart();
      break;
    case FleetStep::kLaunched:
      Launched();
      break;
    case FleetStep::kNotLaunched:
      --budget_.failures;
      NotLaunched();
      break;
    case FleetStep::kReload:
      --budget_.reloads;
      fleet_.ReloadWanted();
      break;
    case FleetStep::kStop:
      --budget_.stops;
      Stop();
      break;
    case FleetStep::kBeat:
      --budget_.beats;
      RunThroughRound();
      break;
    case FleetStep::kRoundBegins:
      --budget_.rounds;
      BeginRound();
      break;
    case FleetStep::kNextPulse:
      NextPulse();
      break;
    case FleetStep::kPulse:
      TakePulse(kMemory);
      break;
    case FleetStep::kPulseTooLarge:
      --budget_.deaths;
      TakePulse(2 * kMemory + 1);
      break;
    case FleetStep::kPulseWorn:
      --budget_.worn;
      TakePulse(2 * kMemory);
      break;
    case FleetStep::kCondemn:
      Condemn();
      break;
    default:
      RunFor(step, place);
      break;
  }
  Act();
  Check();
}

void FleetWorld::RunFor(FleetStep step, std::size_t place) {
  Process& process = processes_[place];
  switch (step) {
    case FleetStep::kHangUp:
      --process.sessions;
      fleet_.SessionOver(process.number);
      break;
    case FleetStep::kGone:
      // Whoever hears of its end says first that it is lost.
      Expect(!fleet_.Lost(process.number, now_ms_).is_new, "a worker is lost twice");
      fleet_.Gone(process.number);
      process.gone = true;
      break;
    case FleetStep::kReady:
      process.said_ready = true;
      process.ready_since_ms = now_ms_;
      Expect(fleet_.Ready(process.number, now_ms_) > Fleet::Welcome::kTooLate,
             "a worker's first Ready is taken for a fault, or comes too late");
      break;
    case FleetStep::kReadyAgain:
      Expect(fleet_.Ready(process.number, now_ms_) == Fleet::Welcome::kFault,
             "a second Ready is no fault");
      --budget_.deaths;
      Lose(place);
      break;
    case FleetStep::kPong:
      process.asked = false;
      fleet_.Pong(process.number);
      break;
    case FleetStep::kDies:
      --budget_.deaths;
      Lose(place);
      break;
    default:  // kLeaves
      Lose(place);
      break;
  }
}

// --- Sessions ---

void FleetWorld::AskAgain() {
  while (waiting_ > 0) {
    const WorkerNumber worker = fleet_.Demand();
    asked_since_stop_ = true;
    if (worker == 0) return;
    const std::size_t place = fleet_.PlaceOf(worker);
    const bool may = place < processes_.size() && processes_[place].number == worker &&
                     processes_[place].said_ready && processes_[place].lives() &&
                     !processes_[place].told_to_leave;
    Expect(may, "a session is given to a worker that can't take it");
    if (!may) return;
    --waiting_;
    ++processes_[place].sessions;
    if (++processes_[place].dialogs >= kDialogs) processes_[place].worn_out = true;
    fleet_.SessionBegun(worker, now_ms_);
  }
}

void FleetWorld::Stop() {
  if (!fleet_.ServiceStopped()) return;
  waiting_ = 0;
  for (Process& each : processes_) each.outdated = true;
  launching_outdated_ = true;
  asked_since_stop_ = read_since_stop_ = false;
}

bool FleetWorld::AnyLives() const noexcept {
  return std::any_of(processes_.begin(), processes_.end(),
                     [](const Process& each) { return each.lives(); });
}

std::size_t FleetWorld::CurrentPlace() const noexcept {
  for (std::size_t place = 0; place < processes_.size(); ++place) {
    const Process& process = processes_[place];
    if (process.number != 0 && fleet_.StateOf(process.number) == WorkerState::kCurrent) {
      return place;
    }
  }
  return kNowhere;
}

}  // namespace rasshost
