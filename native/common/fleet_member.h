// SPDX-License-Identifier: MIT
// One worker of a fleet, by itself.
#pragma once

#include <cstdint>
#include <optional>

#include "common/fleet_action.h"

namespace rasshost {

// Never the same twice; 0 is no worker.
using WorkerNumber = std::uint64_t;

enum class WorkerState : std::uint8_t {
  kNone,       // the place is free
  kLaunching,  // a thread is starting it
  kStarting,   // it runs, and has not said that it is ready
  kSpare,
  kCurrent,   // it gets the new sessions
  kRetiring,  // it gets none any more, and finishes those that it has
  kLeaving,   // it has none left, and has been told to end
  kLost,      // it is to be ended, or, in-process, its JavaScript has not ended yet
};

// What a worker is started for.
enum class StartPurpose : std::uint8_t { kCurrent, kSpare, kReload };

// What the settings that a worker was started with say about it.
struct WorkerLimits {
  bool wants_spare;
  std::uint32_t beat_ms;
  std::uint32_t recycle_dialogs;
  std::uint64_t recycle_ms;
  std::uint64_t memory_bytes;  // a worker that has more is worn out; twice as much ends it
};

// A worker in its place, or a place that is free. The fleet decides which one is what; here is what
// follows for the worker itself.
struct FleetMember {
  // SilenceSeconds in beats. Beats are counted rather than time, which jumps when a machine sleeps.
  static constexpr int kMissedBeats = 5;

  // The start of missed_beats for a ping between two beats: the next beat comes too early to count.
  static constexpr int kBetweenBeats = -1;

  WorkerNumber number = 0;
  WorkerState state = WorkerState::kNone;
  StartPurpose purpose = StartPurpose::kCurrent;
  bool unwanted = false;  // while it is being launched: the service has stopped
  bool ready = false;     // has been
  bool worn_out = false;
  bool pong_due = false;  // it has not answered the last kPing
  // Actions that are to be taken.
  bool to_ping = false;
  bool to_leave = false;
  bool to_tell_lost = false;
  bool to_end = false;
  int missed_beats = 0;        // since the last kPing, or since it was told to leave
  std::uint32_t sessions = 0;  // that are with it
  std::uint32_t dialogs = 0;   // that it has been given in all
  std::uint64_t ready_since_ms = 0;
  WorkerLimits limits{};

  // It gets no sessions any more, and is dismissed when it has none left.
  void Retire() noexcept;
  void DismissIfDone() noexcept;
  // Nothing more may be asked of it. `lingers`: its JavaScript goes on in this process, and it
  // keeps its place until that has ended.
  void Lose(bool lingers) noexcept;
  void Ping(int after_missed_beats) noexcept;
  // One more beat has come. False: it has been silent for too long.
  bool BearsBeat() noexcept;
  // One thing to be done, in the order in which it is to be done. After kEnd the place is free.
  std::optional<FleetActionKind> Take() noexcept;
};

}  // namespace rasshost
