// SPDX-License-Identifier: MIT
// When the fleet starts a worker, and what for.
#include <algorithm>

#include "common/fleet.h"

namespace rasshost {

std::optional<Fleet::Start> Fleet::NextStart(std::uint64_t now_ms) noexcept {
  const bool is_under_way =
      roster_.In(WorkerState::kLaunching) || roster_.In(WorkerState::kStarting);
  if (!demanded_ || is_under_way) return std::nullopt;
  const auto purpose = Wanted(now_ms);
  if (!purpose || !HasPlaceFor(*purpose)) return std::nullopt;
  if (*purpose == StartPurpose::kReload) reload_wanted_ = false;

  FleetMember& member = *roster_.In(WorkerState::kNone);
  member.number = ++last_number_;
  member.state = WorkerState::kLaunching;
  member.purpose = *purpose;
  if (NeedsBeats()) heartbeat_.GoOn();
  return Start{member.number, *purpose, *purpose == StartPurpose::kReload || settings_are_old_};
}

std::optional<StartPurpose> Fleet::Wanted(std::uint64_t now_ms) noexcept {
  // Whoever reads the settings anew has loaded the policy anew, too.
  if (settings_are_old_) reload_wanted_ = false;
  if (reload_wanted_ && HasPlaceFor(StartPurpose::kReload)) return StartPurpose::kReload;

  const FleetMember* const current = roster_.In(WorkerState::kCurrent);
  std::uint64_t start_ms = now_ms + throttle_.WaitMs(now_ms);
  if (current) {
    const bool wants_spare = !in_process_ && (current->limits.wants_spare || current->worn_out);
    if (!wants_spare || roster_.In(WorkerState::kSpare)) return std::nullopt;
    if (!current->worn_out) start_ms = std::max(start_ms, current_since_ms_ + kSpareDelayMs);
  }
  if (start_ms > now_ms) {
    start_in_ms_ = start_ms - now_ms;
    return std::nullopt;
  }
  return current ? StartPurpose::kSpare : StartPurpose::kCurrent;
}

bool Fleet::HasPlaceFor(StartPurpose purpose) const noexcept {
  return roster_.free_places() > (purpose == StartPurpose::kCurrent ? 0u : 1u);
}

bool Fleet::Launched(WorkerNumber worker, const WorkerLimits& limits) noexcept {
  FleetMember* const member = roster_.Find(worker);
  if (member == nullptr) return false;
  member->limits = limits;
  if (member->unwanted) {
    member->Lose(false);
    return false;
  }
  member->state = WorkerState::kStarting;
  settings_are_old_ = false;
  return true;
}

Fleet::Loss Fleet::LaunchFailed(WorkerNumber worker, std::uint64_t now_ms) noexcept {
  FleetMember* const member = roster_.Find(worker);
  if (member == nullptr) return {};
  const bool was_wanted = !member->unwanted;
  const bool was_reload = member->purpose == StartPurpose::kReload;
  *member = {};
  to_start_ = true;
  return {.is_new = true,
          .was_wanted = was_wanted,
          .was_reload = was_reload,
          // After a reload that failed, those who wait get the settings of before.
          .callers_wait = was_wanted && !was_reload && !roster_.In(WorkerState::kCurrent),
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

}  // namespace rasshost
