// SPDX-License-Identifier: MIT
// Which workers there are and should be, as data: events in, actions out. No Win32, no lock, no
// clock in here, so that tests can walk every order of events.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>

#include "common/restart_throttle.h"

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

// Why a worker is to be replaced.
enum class WearReason : std::uint8_t { kDialogs, kHours, kMemory };

// What the settings that a worker was started with say about it.
struct WorkerLimits {
  bool wants_spare;
  std::uint32_t beat_ms;
  std::uint32_t recycle_dialogs;
  std::uint64_t recycle_ms;
  std::uint64_t memory_bytes;  // a worker that has more is worn out; twice as much ends it
};

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

// One worker is the current one. A spare is started when the current one has been that for a
// second, and takes over at once when that is lost. A reload starts a worker with the settings and
// the policy as they are then; when it is ready, it becomes the current one, and those before
// retire: they finish their sessions and leave. A worker that is worn out makes way for the spare
// in the same manner. One start is under way at a time.
//
// Times are milliseconds of a steady clock. For use under the owner's lock. After each event the
// owner carries out what Take() yields. Allocates nothing.
class Fleet {
 public:
  // With one place kept for a current worker: a reload waits for a place.
  static constexpr std::size_t kMostWorkers = 16;

  // SilenceSeconds in beats. Beats are counted rather than time, which jumps when a machine sleeps.
  static constexpr int kMissedBeats = 5;

  // A worker that has stood idle for so long was not started in vain, whatever ends it.
  static constexpr std::uint64_t kProvenMs = 60'000;

  // So long the current worker has the processors for its first callers, before a spare starts.
  static constexpr std::uint64_t kSpareDelayMs = 1000;

  // In-process, JavaScript in this process is the only worker, which offers itself when it likes:
  // there are no spares, reloads, beats, and no delays. `beat_ms` counts until a worker is ready,
  // which brings its own.
  Fleet(bool in_process, std::uint32_t beat_ms) noexcept
      : in_process_(in_process), beat_ms_(beat_ms) {}

  // --- Sessions ---

  // The worker for a new session. 0: none, and kCurrentChanged or the failure of a start follows.
  WorkerNumber Demand() noexcept;
  // A session is with the worker, until SessionOver().
  void SessionBegun(WorkerNumber worker, std::uint64_t now_ms) noexcept;
  void SessionOver(WorkerNumber worker) noexcept;

  // --- Starts ---

  struct Start {
    WorkerNumber worker;
    StartPurpose purpose;
    bool fresh;  // with settings that are read now, else with those of the last start
  };
  // What to start now, if anything; Launched() or LaunchFailed() follows.
  std::optional<Start> NextStart(std::uint64_t now_ms) noexcept;
  // False: it is not wanted any more, since the service has stopped meanwhile, and kEnd follows.
  bool Launched(WorkerNumber worker, const WorkerLimits& limits) noexcept;

  // Before the next start, for the log.
  struct Delay {
    std::uint64_t ms;
    std::uint32_t failures;  // in a row; 0: there is no delay
  };
  // How a worker has ended.
  struct Loss {
    bool is_new;        // false: it was known, and nothing follows
    bool was_wanted;    // false: it has left as it was told
    bool was_reload;    // the one before stays
    bool callers_wait;  // those who wait for a worker need not wait any longer
    Delay delay;
  };
  Loss LaunchFailed(WorkerNumber worker, std::uint64_t now_ms) noexcept;

  // --- What workers and administrators do ---

  enum class Welcome : std::uint8_t {
    kFault,    // it has said so before
    kTooLate,  // it has been lost meanwhile
    kStandsBy,
    kTakesCalls,
    kReloaded,  // it takes the calls, with new settings and the new policy
  };
  Welcome Ready(WorkerNumber worker, std::uint64_t now_ms) noexcept;
  // Nothing more may be asked of it. kEnd follows; in-process only after Gone().
  Loss Lost(WorkerNumber worker, std::uint64_t now_ms) noexcept;
  // In-process: its JavaScript environment has ended, after Lost().
  void Gone(WorkerNumber worker) noexcept;
  void ReloadWanted() noexcept;
  // This process stays: the workers leave, and none is started until somebody asks for one. False:
  // there was nothing to stop.
  bool ServiceStopped() noexcept;

  // --- Heartbeat ---

  enum class Pulse : std::uint8_t { kWell, kSilent, kTooLarge };
  // Another round begins. False: one is under way, or there is nobody to look after any more.
  bool BeatBegins() noexcept;
  // The next worker of the round, which ends with 0.
  WorkerNumber BeatNext(WorkerNumber after) noexcept;
  // `memory_bytes`: what it uses, 0 if unknown. `calls_out`: it is waiting for us. Whoever is not
  // well is to be reported by Lost().
  Pulse Beat(WorkerNumber worker, std::uint64_t now_ms, std::uint64_t memory_bytes,
             bool calls_out) noexcept;
  // An answer to kPing. One that nobody has asked for is the worker's own affair.
  void Pong(WorkerNumber worker) noexcept;
  std::uint32_t beat_ms() const noexcept { return beat_ms_; }

  // --- What to do ---

  // One thing to be done, in the order in which it is to be done.
  std::optional<FleetAction> Take() noexcept;

  // --- What it knows ---

  // Below kMostWorkers. A worker stays in its place until kEnd; of one that has none it is
  // kMostWorkers.
  std::size_t PlaceOf(WorkerNumber worker) const noexcept;
  // kNone of one that has no place any more.
  WorkerState StateOf(WorkerNumber worker) const noexcept;
  // Whether it has ever been ready: before, it may speak of no session.
  bool HasBeenReady(WorkerNumber worker) const noexcept;

 private:
  friend struct FleetImage;  // of tests, which compare states

  // Of one place.
  struct Member {
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
  };

  Member* Find(WorkerNumber worker) noexcept;
  const Member* Find(WorkerNumber worker) const noexcept;
  // The one in a state that only one is in at a time.
  Member* In(WorkerState state) noexcept;
  bool HasPlaceFor(StartPurpose purpose) noexcept;
  std::optional<StartPurpose> Wanted(std::uint64_t now_ms) noexcept;
  void WearOut(Member& member, WearReason reason, std::uint64_t now_ms) noexcept;
  // Puts the spare in the place of a current worker that is worn out.
  void Replace(std::uint64_t now_ms) noexcept;
  void Promote(Member* member, std::uint64_t now_ms) noexcept;
  void Retire(Member* member) noexcept;
  void DismissIfDone(Member& member) noexcept;
  void Ping(Member& member, int missed_beats) noexcept;
  bool NeedsBeats() const noexcept;
  // A worker was of no use: the next start waits.
  Delay Failed(std::uint64_t now_ms) noexcept;

  bool in_process_;
  bool demanded_ = false;          // somebody has asked for a worker since the service's last stop
  bool settings_are_old_ = false;  // those of the last start are from before that stop
  bool reload_wanted_ = false;
  bool beating_ = false;   // another kBeat is to come
  bool in_round_ = false;  // between BeatBegins() and the end of the round
  // Actions that are to be taken.
  bool to_start_ = false;
  bool to_beat_ = false;
  bool to_tell_change_ = false;
  std::uint64_t start_in_ms_ = 0;
  std::optional<WearReason> recycled_;

  std::uint32_t beat_ms_;
  std::uint64_t current_since_ms_ = 0;
  WorkerNumber last_number_ = 0;
  RestartThrottle throttle_;
  std::array<Member, kMostWorkers> members_{};
};

}  // namespace rasshost
