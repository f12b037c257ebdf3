// SPDX-License-Identifier: MIT
// What the threads of a FleetWorld do: the one that starts workers, the one that takes their
// pulses, and whoever finds that one is lost.
#include <algorithm>
#include <utility>

#include "fleet_world.h"
#include "fleet_world_limits.h"

namespace rasshost {

// --- Starts ---

void FleetWorld::LookForStart() {
  const auto start = fleet_.NextStart(now_ms_);
  if (!start) return;
  Expect(!launching_, "two starts at a time");
  Expect(asked_since_stop_, "a worker is started after a stop, though nobody has asked for one");
  Expect(start->fresh == (start->purpose == StartPurpose::kReload || !read_since_stop_),
         "a worker is started with the wrong settings");
  launching_ = start;
  launching_outdated_ = false;
}

void FleetWorld::Launched() {
  const auto start = *std::exchange(launching_, std::nullopt);
  const std::size_t at = fleet_.PlaceOf(start.worker);
  Expect(at < processes_.size() && processes_[at].number == 0,
         "a worker gets the place of another");
  if (at >= processes_.size()) return;
  Process& process = processes_[at] = {};
  process.number = start.worker;
  process.is_reload = start.purpose == StartPurpose::kReload;
  process.outdated = launching_outdated_;
  process.lost = !fleet_.Launched(start.worker, LimitsOf(budget_.wants_spare));
  if (!process.lost) read_since_stop_ = true;
}

void FleetWorld::NotLaunched() {
  const auto start = *std::exchange(launching_, std::nullopt);
  const Fleet::Loss loss = fleet_.LaunchFailed(start.worker, now_ms_);
  Expect(!loss.callers_wait || !launching_outdated_,
         "a start that a stop has called off costs callers who came after it");
  OnLoss(loss);
}

// --- Losses ---

void FleetWorld::OnLoss(const Fleet::Loss& loss) {
  Expect(loss.is_new, "the end of a worker is taken for an old story");
  if (loss.callers_wait) waiting_ = 0;
}

void FleetWorld::Lose(std::size_t place) {
  Process& process = processes_[place];
  const std::size_t before = CurrentPlace();
  process.lost = true;
  const Fleet::Loss loss = fleet_.Lost(process.number, now_ms_);
  OnLoss(loss);
  Expect(loss.was_wanted != process.told_to_leave, "a worker that left as it was told is missed");
  Expect(loss.was_reload == (process.is_reload && !process.said_ready),
         "a reload that fails is taken for another start, or another for a reload");
  Expect(!loss.was_reload || CurrentPlace() == before, "a reload that fails costs the current one");
  const bool was_of_use =
      process.dialogs > 0 || (process.said_ready && now_ms_ - process.ready_since_ms >= kBeatMs);
  Expect((loss.delay.failures > 0) ==
             (!was_of_use && loss.was_wanted && !loss.was_reload && !budget_.in_process),
         "a worker that was of use delays the next start, or one of no use does not");
  Expect(!fleet_.Lost(process.number, now_ms_).is_new, "a worker is lost twice");
}

// --- Rounds of the heartbeat ---

void FleetWorld::RunThroughRound() {
  BeginRound();
  // What comes of a beat during a round that is under way is up to that round.
  if (round_ != Round::kBetween || looked_at_ != 0) return;
  while (round_ != Round::kNone) {
    Act();
    switch (round_) {
      case Round::kLooks:
        TakePulse(kMemory);
        break;
      case Round::kCondemns:
        Condemn();
        break;
      default:
        NextPulse();
        break;
    }
  }
}

void FleetWorld::BeginRound() {
  now_ms_ = std::max(now_ms_, *std::exchange(beat_due_ms_, std::nullopt));
  if (!fleet_.BeatBegins()) {
    Expect(round_ != Round::kNone || !AnyLives(), "no round of the heartbeat begins");
    return;
  }
  Expect(round_ == Round::kNone, "two rounds at a time");
  round_ = Round::kBetween;
  looked_at_ = 0;
  for (Process& each : processes_) each.look_due = each.lives() && each.said_ready;
}

void FleetWorld::NextPulse() {
  looked_at_ = fleet_.BeatNext(looked_at_);
  round_ = looked_at_ == 0 ? Round::kNone : Round::kLooks;
  if (looked_at_ == 0) {
    Expect(std::none_of(processes_.begin(), processes_.end(),
                        [](const Process& each) { return each.lives() && each.look_due; }),
           "a round of the heartbeat leaves a worker out");
    for (Process& each : processes_) each.look_due = false;
    return;
  }
  const std::size_t place = fleet_.PlaceOf(looked_at_);
  const bool is_there = place < processes_.size() && processes_[place].number == looked_at_ &&
                        processes_[place].lives() && processes_[place].said_ready;
  Expect(is_there, "a pulse is taken of a worker that has none");
  if (is_there) processes_[place].look_due = false;
}

// Of a worker that may be lost by now, and whose place may be another's.
void FleetWorld::TakePulse(std::uint64_t memory) {
  const std::size_t place = fleet_.PlaceOf(looked_at_);
  Process gone;
  Process& process = place < processes_.size() ? processes_[place] : gone;
  const bool is_too_large = memory > 2 * kMemory;
  const bool is_old = now_ms_ - process.ready_since_ms >= kOldMs;
  // One that is too large need not be replaced: it is condemned.
  if (!is_too_large && (memory > kMemory || is_old)) process.worn_out = true;
  const Fleet::Pulse pulse = fleet_.Beat(looked_at_, now_ms_, memory, false);
  round_ = pulse == Fleet::Pulse::kWell ? Round::kBetween : Round::kCondemns;
  Expect((pulse == Fleet::Pulse::kTooLarge) == (is_too_large && process.lives()),
         "a worker's memory is not looked at");
  Expect(pulse != Fleet::Pulse::kSilent || process.asked || process.told_to_leave,
         "a worker that has answered is taken for silent");
}

void FleetWorld::Condemn() {
  round_ = Round::kBetween;
  const std::size_t place = fleet_.PlaceOf(looked_at_);
  if (place < processes_.size() && processes_[place].lives()) return Lose(place);
  Expect(!fleet_.Lost(looked_at_, now_ms_).is_new, "a worker is lost twice");
}

}  // namespace rasshost
