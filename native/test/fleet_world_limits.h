// SPDX-License-Identifier: MIT
// What the settings say in a FleetWorld.
#pragma once

#include <cstddef>
#include <cstdint>

#include "common/fleet.h"

namespace rasshost {

// One beat proves a worker, two make it old.
inline constexpr std::uint32_t kBeatMs = 60'000;
inline constexpr std::uint64_t kOldMs = 2 * kBeatMs;
inline constexpr std::uint8_t kDialogs = 3;
inline constexpr std::uint64_t kMemory = 1000;
inline constexpr std::size_t kNowhere = Fleet::kMostWorkers;

constexpr WorkerLimits LimitsOf(bool wants_spare) {
  return {.wants_spare = wants_spare,
          .beat_ms = kBeatMs,
          .recycle_dialogs = kDialogs,
          .recycle_ms = kOldMs,
          .memory_bytes = kMemory};
}

}  // namespace rasshost
