// SPDX-License-Identifier: MIT
#include "common/fleet.h"

#include <algorithm>
#include <utility>

namespace rasshost {
namespace {

// Of a question that is asked between two beats: the beat that is on its way counts for nothing.
constexpr int kBetweenBeats = -1;

}  // namespace

// --- Sessions ---

WorkerNumber Fleet::Demand() noexcept {
  if (const Member* current = In(WorkerState::kCurrent)) return current->number;
  demanded_ = true;
  to_start_ = true;
  return 0;
}

void Fleet::SessionBegun(WorkerNumber worker, std::uint64_t now_ms) noexcept {
  Member* const member = Find(worker);
  if (member == nullptr) return;
  ++member->sessions;
  // It has been of use. One that has been so before says nothing of the next.
  if (member->dialogs == 0) throttle_.Reset();
  if (++member->dialogs >= member->limits.recycle_dialogs) {
    WearOut(*member, WearReason::kDialogs, now_ms);
  }
}

void Fleet::SessionOver(WorkerNumber worker) noexcept {
  Member* const member = Find(worker);
  if (member == nullptr) return;
  --member->sessions;
  DismissIfDone(*member);
}

// --- Starts ---

std::optional<Fleet::Start> Fleet::NextStart(std::uint64_t now_ms) noexcept {
  if (!demanded_ || In(WorkerState::kLaunching) || In(WorkerState::kStarting)) return std::nullopt;
  const auto purpose = Wanted(now_ms);
  if (!purpose || !HasPlaceFor(*purpose)) return std::nullopt;
  if (*purpose == StartPurpose::kReload) reload_wanted_ = false;

  Member& member = *In(WorkerState::kNone);
  member.number = ++last_number_;
  member.state = WorkerState::kLaunching;
  member.purpose = *purpose;
  if (NeedsBeats() && !std::exchange(beating_, true)) to_beat_ = true;
  return Start{member.number, *purpose, *purpose == StartPurpose::kReload || settings_are_old_};
}

std::optional<StartPurpose> Fleet::Wanted(std::uint64_t now_ms) noexcept {
  // Whoever reads the settings anew has loaded the policy anew, too.
  if (settings_are_old_) reload_wanted_ = false;
  if (reload_wanted_ && HasPlaceFor(StartPurpose::kReload)) return StartPurpose::kReload;

  const Member* const current = In(WorkerState::kCurrent);
  std::uint64_t start_ms = now_ms + throttle_.WaitMs(now_ms);
  if (current) {
    const bool wants_spare = !in_process_ && (current->limits.wants_spare || current->worn_out);
    if (!wants_spare || In(WorkerState::kSpare)) return std::nullopt;
    if (!current->worn_out) start_ms = std::max(start_ms, current_since_ms_ + kSpareDelayMs);
  }
  if (start_ms > now_ms) {
    start_in_ms_ = start_ms - now_ms;
    return std::nullopt;
  }
  return current ? StartPurpose::kSpare : StartPurpose::kCurrent;
}

bool Fleet::HasPlaceFor(StartPurpose purpose) noexcept {
  const auto free = static_cast<std::size_t>(
      std::count_if(members_.begin(), members_.end(),
                    [](const Member& member) { return member.state == WorkerState::kNone; }));
  return free > (purpose == StartPurpose::kCurrent ? 0u : 1u);
}

bool Fleet::Launched(WorkerNumber worker, const WorkerLimits& limits) noexcept {
  Member* const member = Find(worker);
  if (member == nullptr) return false;
  member->limits = limits;
  if (member->unwanted) {
    member->state = WorkerState::kLost;
    member->to_end = true;
    return false;
  }
  member->state = WorkerState::kStarting;
  if (member->purpose != StartPurpose::kReload) settings_are_old_ = false;
  return true;
}

Fleet::Loss Fleet::LaunchFailed(WorkerNumber worker, std::uint64_t now_ms) noexcept {
  Member* const member = Find(worker);
  if (member == nullptr) return {};
  const bool was_wanted = !member->unwanted;
  const bool was_reload = member->purpose == StartPurpose::kReload;
  *member = {};
  to_start_ = true;
  return {.is_new = true,
          .was_wanted = was_wanted,
          .was_reload = was_reload,
          // After a reload that failed, those who wait get the settings of before.
          .callers_wait = was_wanted && !was_reload && !In(WorkerState::kCurrent),
          .delay = was_wanted && !was_reload ? Failed(now_ms) : Delay{}};
}

Fleet::Delay Fleet::Failed(std::uint64_t now_ms) noexcept {
  if (in_process_) {
    // JavaScript offers itself when it likes: the next caller asks again.
    demanded_ = false;
    return {};
  }
  const std::uint64_t delay_ms = throttle_.Failed(now_ms);
  return {delay_ms, throttle_.failures()};
}

// --- What workers and administrators do ---

Fleet::Welcome Fleet::Ready(WorkerNumber worker, std::uint64_t now_ms) noexcept {
  Member* const member = Find(worker);
  if (member == nullptr || member->state == WorkerState::kLost) return Welcome::kTooLate;
  if (member->state != WorkerState::kStarting) return Welcome::kFault;
  member->ready = true;
  member->ready_since_ms = now_ms;
  if (member->purpose == StartPurpose::kReload) {
    Retire(In(WorkerState::kSpare));
    Retire(In(WorkerState::kCurrent));
  }
  // Whatever it was started for: the current one may have been lost meanwhile.
  if (In(WorkerState::kCurrent)) {
    member->state = WorkerState::kSpare;
  } else {
    Promote(member, now_ms);
  }
  Replace(now_ms);
  // At once, so that each knows from now on what to expect of us.
  Ping(*member, kBetweenBeats);
  if (const auto before = std::exchange(beat_ms_, member->limits.beat_ms); before != beat_ms_) {
    to_beat_ = to_beat_ || beating_;
    for (Member& each : members_) {
      if (each.ready) Ping(each, kBetweenBeats);
    }
  }
  to_tell_change_ = true;
  to_start_ = true;
  if (member->purpose == StartPurpose::kReload) return Welcome::kReloaded;
  return member->state == WorkerState::kCurrent ? Welcome::kTakesCalls : Welcome::kStandsBy;
}

Fleet::Loss Fleet::Lost(WorkerNumber worker, std::uint64_t now_ms) noexcept {
  Member* const member = Find(worker);
  if (member == nullptr || member->state == WorkerState::kLost) return {};
  const bool was_starting = member->state == WorkerState::kStarting;
  const bool was_reload = was_starting && member->purpose == StartPurpose::kReload;
  const bool has_left = member->state == WorkerState::kLeaving;
  // One that dies at its work is no sign that the next would be of no use.
  const bool was_of_use =
      member->dialogs > 0 || (member->ready && now_ms - member->ready_since_ms >= kProvenMs);
  member->state = WorkerState::kLost;
  member->to_ping = member->to_leave = false;
  if (in_process_) {
    member->to_tell_lost = true;
    demanded_ = false;
  } else {
    member->to_end = true;
  }

  Loss loss{.is_new = true,
            .was_wanted = !has_left,
            .was_reload = was_reload,
            // One that never got ready would not do so for these callers either; one that died at
            // its work leaves them to the next. After a reload that failed, those who wait get the
            // settings of before.
            .callers_wait = was_starting && !was_reload && !In(WorkerState::kCurrent),
            .delay = {}};
  if (!In(WorkerState::kCurrent)) Promote(In(WorkerState::kSpare), now_ms);
  if (!was_of_use && !was_reload && !has_left) loss.delay = Failed(now_ms);
  to_tell_change_ = true;
  return loss;
}

void Fleet::Gone(WorkerNumber worker) noexcept {
  Member* const member = Find(worker);
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
  Member* const launching = In(WorkerState::kLaunching);
  Member* const starting = In(WorkerState::kStarting);
  if (!demanded_ && !launching && !starting && !In(WorkerState::kCurrent)) return false;
  demanded_ = false;
  settings_are_old_ = true;
  throttle_.Reset();
  Retire(In(WorkerState::kSpare));
  Retire(In(WorkerState::kCurrent));
  if (launching) launching->unwanted = true;
  if (starting) {
    // Its policy may never load.
    starting->state = WorkerState::kLost;
    starting->to_end = true;
  }
  return true;
}

void Fleet::WearOut(Member& member, WearReason reason, std::uint64_t now_ms) noexcept {
  const bool is_at_work =
      member.state == WorkerState::kCurrent || member.state == WorkerState::kSpare;
  if (member.worn_out || !is_at_work || in_process_) return;
  member.worn_out = true;
  recycled_ = reason;
  Replace(now_ms);
  to_start_ = true;
}

void Fleet::Replace(std::uint64_t now_ms) noexcept {
  Member* const spare = In(WorkerState::kSpare);
  Member* const current = In(WorkerState::kCurrent);
  if (spare && spare->worn_out) return Retire(spare);
  if (!spare || !current || !current->worn_out) return;
  Retire(current);
  Promote(spare, now_ms);
}

void Fleet::Promote(Member* member, std::uint64_t now_ms) noexcept {
  if (member == nullptr) return;
  member->state = WorkerState::kCurrent;
  current_since_ms_ = now_ms;
}

void Fleet::Retire(Member* member) noexcept {
  if (member == nullptr) return;
  member->state = WorkerState::kRetiring;
  DismissIfDone(*member);
}

void Fleet::DismissIfDone(Member& member) noexcept {
  if (member.state != WorkerState::kRetiring || member.sessions > 0) return;
  member.state = WorkerState::kLeaving;
  member.missed_beats = kBetweenBeats;
  member.to_leave = true;
}

// --- Heartbeat ---

bool Fleet::BeatBegins() noexcept {
  // The next one first: whatever this round finds must not keep it from coming.
  beating_ = to_beat_ = NeedsBeats();
  return beating_ && !std::exchange(in_round_, true);
}

bool Fleet::NeedsBeats() const noexcept {
  if (in_process_) return false;
  return demanded_ || std::any_of(members_.begin(), members_.end(), [](const Member& member) {
           return member.state != WorkerState::kNone;
         });
}

WorkerNumber Fleet::BeatNext(WorkerNumber after) noexcept {
  WorkerNumber next = 0;
  for (const Member& member : members_) {
    const bool is_asked = member.ready && member.state != WorkerState::kLost;
    if (is_asked && member.number > after && (next == 0 || member.number < next)) {
      next = member.number;
    }
  }
  if (next == 0) in_round_ = false;
  return next;
}

Fleet::Pulse Fleet::Beat(WorkerNumber worker, std::uint64_t now_ms, std::uint64_t memory_bytes,
                         bool calls_out) noexcept {
  Member* const member = Find(worker);
  if (member == nullptr || member->state == WorkerState::kLost) return Pulse::kWell;
  // First its memory: a worker that fills it may well be too busy with that to answer.
  if (memory_bytes > 2 * member->limits.memory_bytes) return Pulse::kTooLarge;
  if (memory_bytes > member->limits.memory_bytes) {
    WearOut(*member, WearReason::kMemory, now_ms);
  } else if (now_ms - member->ready_since_ms >= member->limits.recycle_ms) {
    WearOut(*member, WearReason::kHours, now_ms);
  }
  if (calls_out) return Pulse::kWell;
  // A worker that is silent is not asked again, so that its channel does not fill up.
  if (member->state == WorkerState::kLeaving || member->pong_due) {
    return ++member->missed_beats < kMissedBeats ? Pulse::kWell : Pulse::kSilent;
  }
  Ping(*member, 0);
  return Pulse::kWell;
}

void Fleet::Ping(Member& member, int missed_beats) noexcept {
  // JavaScript of this process can't be ended, whatever it does.
  if (in_process_ || member.state == WorkerState::kLost) return;
  member.pong_due = true;
  member.missed_beats = missed_beats;
  member.to_ping = true;
}

void Fleet::Pong(WorkerNumber worker) noexcept {
  if (Member* const member = Find(worker)) member->pong_due = false;
}

// --- What to do ---

std::optional<FleetAction> Fleet::Take() noexcept {
  for (std::size_t place = 0; place < members_.size(); ++place) {
    Member& member = members_[place];
    if (std::exchange(member.to_ping, false)) return FleetAction{FleetActionKind::kPing, place};
    if (std::exchange(member.to_leave, false)) return FleetAction{FleetActionKind::kLeave, place};
    if (std::exchange(member.to_tell_lost, false)) {
      return FleetAction{FleetActionKind::kTellLost, place};
    }
    if (member.to_end) {
      member = {};
      // Somebody may be waiting for the place.
      to_start_ = true;
      return FleetAction{FleetActionKind::kEnd, place};
    }
  }
  if (const auto reason = std::exchange(recycled_, std::nullopt)) {
    return FleetAction{.kind = FleetActionKind::kRecycled,
                       .value = static_cast<std::uint64_t>(*reason)};
  }
  if (std::exchange(to_beat_, false)) return FleetAction{FleetActionKind::kBeat};
  if (std::exchange(to_tell_change_, false)) return FleetAction{FleetActionKind::kCurrentChanged};
  if (std::exchange(to_start_, false)) return FleetAction{FleetActionKind::kStart};
  if (const std::uint64_t wait_ms = std::exchange(start_in_ms_, 0)) {
    return FleetAction{.kind = FleetActionKind::kStartLater, .value = wait_ms};
  }
  return std::nullopt;
}

// --- What it knows ---

std::size_t Fleet::PlaceOf(WorkerNumber worker) const noexcept {
  const Member* const member = Find(worker);
  return member == nullptr ? kMostWorkers : static_cast<std::size_t>(member - members_.data());
}

WorkerState Fleet::StateOf(WorkerNumber worker) const noexcept {
  const Member* const member = Find(worker);
  return member == nullptr ? WorkerState::kNone : member->state;
}

bool Fleet::HasBeenReady(WorkerNumber worker) const noexcept {
  const Member* const member = Find(worker);
  return member != nullptr && member->ready;
}

const Fleet::Member* Fleet::Find(WorkerNumber worker) const noexcept {
  if (worker == 0) return nullptr;
  const auto found = std::find_if(members_.begin(), members_.end(),
                                  [&](const Member& member) { return member.number == worker; });
  return found == members_.end() ? nullptr : &*found;
}

Fleet::Member* Fleet::Find(WorkerNumber worker) noexcept {
  return const_cast<Member*>(std::as_const(*this).Find(worker));
}

Fleet::Member* Fleet::In(WorkerState state) noexcept {
  const auto found = std::find_if(members_.begin(), members_.end(),
                                  [&](const Member& member) { return member.state == state; });
  return found == members_.end() ? nullptr : &*found;
}

}  // namespace rasshost
