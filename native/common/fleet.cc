// SPDX-License-Identifier: MIT
#include "common/fleet.h"

#include <utility>

namespace rasshost {

// --- Sessions ---

WorkerNumber Fleet::Demand() noexcept {
  if (const FleetMember* current = roster_.In(WorkerState::kCurrent)) return current->number;
  demanded_ = true;
  to_start_ = true;
  return 0;
}

void Fleet::SessionBegun(WorkerNumber worker, std::uint64_t now_ms) noexcept {
  FleetMember* const member = roster_.Find(worker);
  if (member == nullptr) return;
  ++member->sessions;
  // Its first session: this worker works, so the failed starts before it are forgotten. A later
  // session says nothing about how the next start will go.
  if (member->dialogs == 0) throttle_.Reset();
  if (++member->dialogs >= member->limits.recycle_dialogs) {
    WearOut(*member, WearReason::kDialogs, now_ms);
  }
}

void Fleet::SessionOver(WorkerNumber worker) noexcept {
  FleetMember* const member = roster_.Find(worker);
  if (member == nullptr) return;
  --member->sessions;
  member->DismissIfDone();
}

// --- What workers and administrators do ---

Fleet::Welcome Fleet::Ready(WorkerNumber worker, std::uint64_t now_ms) noexcept {
  FleetMember* const member = roster_.Find(worker);
  if (member == nullptr || member->state == WorkerState::kLost) return Welcome::kTooLate;
  if (member->state != WorkerState::kStarting) return Welcome::kFault;
  member->ready = true;
  member->ready_since_ms = now_ms;
  if (member->purpose == StartPurpose::kReload) {
    Retire(WorkerState::kSpare);
    Retire(WorkerState::kCurrent);
  }
  member->state = WorkerState::kSpare;
  // Whatever it was started for: the current one may have been lost meanwhile.
  if (!roster_.In(WorkerState::kCurrent)) Promote(WorkerState::kSpare, now_ms);
  Replace(now_ms);
  // At once, so that each knows from now on what to expect of us.
  Ping(*member);
  if (heartbeat_.ChangeInterval(member->limits.beat_ms)) {
    for (FleetMember& each : roster_) {
      if (each.ready) Ping(each);
    }
  }
  to_tell_change_ = true;
  to_start_ = true;
  if (member->purpose == StartPurpose::kReload) return Welcome::kReloaded;
  return member->state == WorkerState::kCurrent ? Welcome::kTakesCalls : Welcome::kStandsBy;
}

Fleet::Loss Fleet::Lost(WorkerNumber worker, std::uint64_t now_ms) noexcept {
  FleetMember* const member = roster_.Find(worker);
  if (member == nullptr || member->state == WorkerState::kLost) return {};
  const bool was_starting = member->state == WorkerState::kStarting;
  const bool was_reload = was_starting && member->purpose == StartPurpose::kReload;
  const bool has_left = member->state == WorkerState::kLeaving;
  // One that dies at its work is no sign that the next would be of no use.
  const bool was_of_use =
      member->dialogs > 0 || (member->ready && now_ms - member->ready_since_ms >= kProvenMs);
  member->Lose(in_process_);
  if (in_process_) demanded_ = false;

  Loss loss{.is_new = true,
            .was_wanted = !has_left,
            .was_reload = was_reload,
            // One that never got ready would not do so for these callers either; one that died at
            // its work leaves them to the next. After a reload that failed, those who wait get the
            // settings of before.
            .callers_wait = was_starting && !was_reload && !roster_.In(WorkerState::kCurrent),
            .delay = {}};
  if (!roster_.In(WorkerState::kCurrent)) Promote(WorkerState::kSpare, now_ms);
  if (!was_of_use && !was_reload && !has_left) loss.delay = Failed(now_ms);
  to_tell_change_ = true;
  return loss;
}

void Fleet::Gone(WorkerNumber worker) noexcept {
  FleetMember* const member = roster_.Find(worker);
  if (member != nullptr && member->state == WorkerState::kLost) member->to_end = true;
}

void Fleet::ReloadWanted() noexcept {
  // JavaScript of this process has loaded its policy itself.
  if (in_process_) return;
  reload_wanted_ = true;
  throttle_.Reset();
  to_start_ = true;
}

bool Fleet::ServiceStopped() noexcept {
  FleetMember* const launching = roster_.In(WorkerState::kLaunching);
  FleetMember* const starting = roster_.In(WorkerState::kStarting);
  if (!demanded_ && !launching && !starting && !roster_.In(WorkerState::kCurrent)) return false;
  demanded_ = false;
  settings_are_old_ = true;
  throttle_.Reset();
  Retire(WorkerState::kSpare);
  Retire(WorkerState::kCurrent);
  if (launching) launching->unwanted = true;
  // Its policy may never load. Nor has it a session that its JavaScript could be at.
  if (starting) starting->Lose(false);
  return true;
}

void Fleet::WearOut(FleetMember& member, WearReason reason, std::uint64_t now_ms) noexcept {
  const bool is_at_work =
      member.state == WorkerState::kCurrent || member.state == WorkerState::kSpare;
  if (member.worn_out || !is_at_work || in_process_) return;
  member.worn_out = true;
  recycled_ = reason;
  Replace(now_ms);
  to_start_ = true;
}

void Fleet::Replace(std::uint64_t now_ms) noexcept {
  const FleetMember* const spare = roster_.In(WorkerState::kSpare);
  const FleetMember* const current = roster_.In(WorkerState::kCurrent);
  if (spare && spare->worn_out) return Retire(WorkerState::kSpare);
  if (!spare || !current || !current->worn_out) return;
  Retire(WorkerState::kCurrent);
  Promote(WorkerState::kSpare, now_ms);
}

void Fleet::Promote(WorkerState state, std::uint64_t now_ms) noexcept {
  FleetMember* const member = roster_.In(state);
  if (member == nullptr) return;
  member->state = WorkerState::kCurrent;
  current_since_ms_ = now_ms;
}

void Fleet::Retire(WorkerState state) noexcept {
  if (FleetMember* const member = roster_.In(state)) member->Retire();
}

// --- Heartbeat ---

bool Fleet::BeatBegins() noexcept { return heartbeat_.RoundBegins(NeedsBeats()); }

bool Fleet::NeedsBeats() const noexcept {
  if (in_process_) return false;
  return demanded_ || roster_.free_places() < kMostWorkers;
}

WorkerNumber Fleet::BeatNext(WorkerNumber after) noexcept {
  WorkerNumber next = 0;
  for (const FleetMember& member : roster_) {
    if (member.ready && member.number > after && (next == 0 || member.number < next)) {
      next = member.number;
    }
  }
  if (next == 0) heartbeat_.RoundEnds();
  return next;
}

Fleet::Pulse Fleet::Beat(WorkerNumber worker, std::uint64_t now_ms, std::uint64_t memory_bytes,
                         bool calls_out) noexcept {
  FleetMember* const member = roster_.Find(worker);
  // It has been lost since BeatNext().
  if (member == nullptr) return Pulse::kWell;
  // First its memory: a worker that fills it may well be too busy with that to answer.
  if (memory_bytes > 2 * member->limits.memory_bytes) return Pulse::kTooLarge;
  if (memory_bytes > member->limits.memory_bytes) {
    WearOut(*member, WearReason::kMemory, now_ms);
  } else if (now_ms - member->ready_since_ms >= member->limits.recycle_ms) {
    WearOut(*member, WearReason::kHours, now_ms);
  }
  if (calls_out) return Pulse::kWell;
  return member->BearsBeat() ? Pulse::kWell : Pulse::kSilent;
}

void Fleet::Ping(FleetMember& member) const noexcept {
  // JavaScript of this process can't be ended, whatever it does.
  if (!in_process_) member.Ping(FleetMember::kBetweenBeats);
}

void Fleet::Pong(WorkerNumber worker) noexcept {
  if (FleetMember* const member = roster_.Find(worker)) member->pong_due = false;
}

// --- What to do ---

std::optional<FleetAction> Fleet::Take() noexcept {
  for (FleetMember& member : roster_) {
    const auto kind = member.Take();
    if (!kind) continue;
    // Somebody may be waiting for the place.
    if (*kind == FleetActionKind::kEnd) to_start_ = true;
    return FleetAction{*kind, roster_.PlaceOf(&member)};
  }
  if (const auto reason = std::exchange(recycled_, std::nullopt)) {
    return FleetAction{.kind = FleetActionKind::kRecycled,
                       .value = static_cast<std::uint64_t>(*reason)};
  }
  if (heartbeat_.Take()) return FleetAction{FleetActionKind::kBeat};
  if (std::exchange(to_tell_change_, false)) return FleetAction{FleetActionKind::kCurrentChanged};
  if (std::exchange(to_start_, false)) return FleetAction{FleetActionKind::kStart};
  if (const std::uint64_t wait_ms = std::exchange(start_in_ms_, 0)) {
    return FleetAction{.kind = FleetActionKind::kStartLater, .value = wait_ms};
  }
  return std::nullopt;
}

// --- What it knows ---

std::size_t Fleet::PlaceOf(WorkerNumber worker) const noexcept {
  return roster_.PlaceOf(roster_.Find(worker));
}

WorkerState Fleet::StateOf(WorkerNumber worker) const noexcept {
  const FleetMember* const member = roster_.Find(worker);
  return member == nullptr ? WorkerState::kNone : member->state;
}

bool Fleet::HasBeenReady(WorkerNumber worker) const noexcept {
  const FleetMember* const member = roster_.Find(worker);
  return member != nullptr && member->ready;
}

}  // namespace rasshost
