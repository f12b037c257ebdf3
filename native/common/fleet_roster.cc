// SPDX-License-Identifier: MIT
#include "common/fleet_roster.h"

#include <algorithm>
#include <utility>

namespace rasshost {

const FleetMember* FleetRoster::Find(WorkerNumber worker) const noexcept {
  if (worker == 0) return nullptr;
  const auto found = std::find_if(
      begin(), end(), [&](const FleetMember& member) { return member.number == worker; });
  return found == end() ? nullptr : &*found;
}

FleetMember* FleetRoster::Find(WorkerNumber worker) noexcept {
  return const_cast<FleetMember*>(std::as_const(*this).Find(worker));
}

FleetMember* FleetRoster::In(WorkerState state) noexcept {
  const auto found = std::find_if(begin(), end(),
                                  [&](const FleetMember& member) { return member.state == state; });
  return found == end() ? nullptr : &*found;
}

std::size_t FleetRoster::free_places() const noexcept {
  return static_cast<std::size_t>(std::count_if(begin(), end(), [](const FleetMember& member) {
    return member.state == WorkerState::kNone;
  }));
}

}  // namespace rasshost
