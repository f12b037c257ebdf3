// SPDX-License-Identifier: MIT
#include "common/fleet_member.h"

#include <utility>

namespace rasshost {

void FleetMember::Retire() noexcept {
  state = WorkerState::kRetiring;
  DismissIfDone();
}

void FleetMember::DismissIfDone() noexcept {
  if (state != WorkerState::kRetiring || sessions > 0) return;
  state = WorkerState::kLeaving;
  missed_beats = kBetweenBeats;
  to_leave = true;
}

void FleetMember::Lose(bool lingers) noexcept {
  state = WorkerState::kLost;
  to_ping = to_leave = false;
  (lingers ? to_tell_lost : to_end) = true;
}

void FleetMember::Ping(int after_missed_beats) noexcept {
  pong_due = to_ping = true;
  missed_beats = after_missed_beats;
}

bool FleetMember::BearsBeat() noexcept {
  // A worker that is silent is not asked again, so that its channel does not fill up.
  if (state == WorkerState::kLeaving || pong_due) return ++missed_beats < kMissedBeats;
  Ping(0);
  return true;
}

std::optional<FleetActionKind> FleetMember::Take() noexcept {
  if (std::exchange(to_ping, false)) return FleetActionKind::kPing;
  if (std::exchange(to_leave, false)) return FleetActionKind::kLeave;
  if (std::exchange(to_tell_lost, false)) return FleetActionKind::kTellLost;
  if (!to_end) return std::nullopt;
  *this = {};
  return FleetActionKind::kEnd;
}

}  // namespace rasshost
