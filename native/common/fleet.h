// SPDX-License-Identifier: MIT
// Which workers there are and should be, as data: events in, actions out. No Win32, no lock, no
// clock in here, so that tests can walk every order of events.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>

#include "common/fleet_action.h"
#include "common/fleet_member.h"
#include "common/fleet_roster.h"
#include "common/heartbeat.h"
#include "common/restart_throttle.h"

namespace rasshost {

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
  static constexpr std::size_t kMostWorkers = FleetRoster::kPlaces;
  static constexpr int kMissedBeats = FleetMember::kMissedBeats;

  // A worker that has stood idle for so long was not started in vain, whatever ends it.
  static constexpr std::uint64_t kProvenMs = 60'000;

  // So long the current worker has the processors for its first callers, before a spare starts.
  static constexpr std::uint64_t kSpareDelayMs = 1000;

  // In-process, JavaScript in this process is the only worker, which offers itself when it likes:
  // there are no spares, reloads, beats, and no delays. `beat_ms` counts until a worker is ready,
  // which brings its own.
  Fleet(bool in_process, std::uint32_t beat_ms) noexcept
      : in_process_(in_process), heartbeat_(beat_ms) {}

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
  std::uint32_t beat_ms() const noexcept { return heartbeat_.interval_ms(); }

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

  std::optional<StartPurpose> Wanted(std::uint64_t now_ms) noexcept;
  bool HasPlaceFor(StartPurpose purpose) const noexcept;
  // A worker was of no use: the next start waits.
  Delay Failed(std::uint64_t now_ms) noexcept;
  void WearOut(FleetMember& member, WearReason reason, std::uint64_t now_ms) noexcept;
  // Puts the spare in the place of a current worker that is worn out.
  void Replace(std::uint64_t now_ms) noexcept;
  // The one in that state, if there is one.
  void Promote(WorkerState state, std::uint64_t now_ms) noexcept;
  void Retire(WorkerState state) noexcept;
  void Ping(FleetMember& member) const noexcept;
  bool NeedsBeats() const noexcept;

  bool in_process_;
  bool demanded_ = false;          // somebody has asked for a worker since the service's last stop
  bool settings_are_old_ = false;  // those of the last start are from before that stop
  bool reload_wanted_ = false;
  // Actions that are to be taken.
  bool to_start_ = false;
  bool to_tell_change_ = false;
  std::uint64_t start_in_ms_ = 0;
  std::optional<WearReason> recycled_;

  std::uint64_t current_since_ms_ = 0;
  WorkerNumber last_number_ = 0;
  Heartbeat heartbeat_;
  RestartThrottle throttle_;
  FleetRoster roster_;
};

}  // namespace rasshost
