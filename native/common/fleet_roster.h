// SPDX-License-Identifier: MIT
// The workers of a fleet, each in its place.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "common/fleet_member.h"

namespace rasshost {

class FleetRoster {
 public:
  static constexpr std::size_t kPlaces = 16;

  auto begin() noexcept { return members_.begin(); }
  auto end() noexcept { return members_.end(); }
  auto begin() const noexcept { return members_.begin(); }
  auto end() const noexcept { return members_.end(); }

  // Null: it has no place any more.
  FleetMember* Find(WorkerNumber worker) noexcept;
  const FleetMember* Find(WorkerNumber worker) const noexcept;
  // The one in a state that only one is in at a time, or a place that is free.
  FleetMember* In(WorkerState state) noexcept;
  // kPlaces: none.
  std::size_t PlaceOf(const FleetMember* member) const noexcept {
    return member == nullptr ? kPlaces : static_cast<std::size_t>(member - members_.data());
  }
  std::size_t free_places() const noexcept;

 private:
  std::array<FleetMember, kPlaces> members_{};
};

}  // namespace rasshost
