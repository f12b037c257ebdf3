// SPDX-License-Identifier: MIT
// What a fleet asks its owner to do.
#pragma once

#include <cstddef>
#include <cstdint>

namespace rasshost {

// Why a worker is to be replaced.
enum class WearReason : std::uint8_t { kDialogs, kHours, kMemory };

enum class FleetActionKind : std::uint8_t {
  kStart,           // call NextStart(), on a thread that may take its time
  kStartLater,      // the same in `value` ms; replaces one that was to come
  kBeat,            // call BeatBegins() in beat_ms(); replaces one that was to come
  kPing,            // ask the worker for a sign of life
  kLeave,           // tell the worker to end
  kTellLost,        // in-process: tell JavaScript that nobody waits for it any more
  kEnd,             // end the worker, which is forgotten from here on
  kCurrentChanged,  // sessions that wait for a worker may ask again
  kRecycled,        // for the log: `value` is the WearReason
};

struct FleetAction {
  FleetActionKind kind;
  std::size_t place = 0;  // of the worker, for kPing, kLeave, kTellLost, kEnd
  std::uint64_t value = 0;
};

}  // namespace rasshost
