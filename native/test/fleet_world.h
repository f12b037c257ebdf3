// SPDX-License-Identifier: MIT
// A fleet with its surroundings: threads that start workers, the workers, timers, sessions that
// wait for a worker and sessions that have one. Every order of events that threads can produce is a
// path through it; what must hold is checked at each step.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>

#include "common/fleet.h"

namespace rasshost {

// What can happen next. Those from kReady on happen to one worker.
enum class FleetStep : std::uint8_t {
  kDial,         // a session begins
  kAskAgain,     // those that wait look for a worker
  kHangUp,       // a session ends
  kStart,        // a thread looks what to start
  kStartTimer,   // the same, when the delay has passed
  kLaunched,     // the thread comes back with a process
  kNotLaunched,  // or without one
  kReload,
  kStop,  // of the service
  kBeat,
  kReady,
  kReadyAgain,  // a fault, whatever its state is
  kPong,
  kDies,
  kLeaves,    // as it was told
  kTooLarge,  // it is found to have more than twice its memory
  kWorn,      // or more than its memory
};
inline constexpr int kFleetSteps = 17;

class FleetWorld {
 public:
  // How often each may happen in all.
  struct Budget {
    std::uint8_t dials = 0;
    std::uint8_t failures = 0;  // of launches
    std::uint8_t deaths = 0;    // by whatever cause
    std::uint8_t reloads = 0;
    std::uint8_t stops = 0;
    std::uint8_t worn = 0;
    std::uint8_t beats = 0;
    bool wants_spare = false;
    bool in_process = false;
  };

  explicit FleetWorld(const Budget& budget);

  // `place`: of the worker, below Fleet::kMostWorkers; 0 for steps that happen to none.
  bool IsPossible(FleetStep step, std::size_t place) const;
  void Run(FleetStep step, std::size_t place);
  static bool HappensToWorker(FleetStep step) noexcept { return step >= FleetStep::kReady; }

  // From here on all goes well: whoever waits must be served; then the sessions end and the service
  // stops, and no worker may be left.
  void ComeToAnEnd();

  // Two worlds with the same key have the same future.
  std::string Key() const;
  // The first thing that did not hold, empty if there was none.
  const char* fault() const noexcept { return fault_; }

  const Fleet& fleet() const noexcept { return fleet_; }

 private:
  struct Process {
    WorkerNumber number = 0;  // 0: none
    bool said_ready = false;
    bool lost = false;
    bool told_to_leave = false;
    bool asked = false;  // for a sign of life, and has given none
    bool is_reload = false;
    bool outdated = false;  // the service has stopped since it was launched
    bool worn_out = false;
    std::uint8_t sessions = 0;
    std::uint8_t dialogs = 0;
    std::uint64_t ready_since_ms = 0;
  };

  void Expect(bool holds, const char* what) noexcept {
    if (!holds && *fault_ == '\0') fault_ = what;
  }
  void Act();
  void Check();
  void AskAgain();
  void LookForStart();
  void Lose(std::size_t place);
  void OnLoss(const Fleet::Loss& loss);
  void Beat(std::size_t too_large, std::size_t worn);
  bool AnyLives() const noexcept;
  std::size_t CurrentPlace() const noexcept;

  Budget budget_;
  Fleet fleet_;
  std::array<Process, Fleet::kMostWorkers> processes_{};
  std::optional<Fleet::Start> launching_;
  bool launching_outdated_ = false;
  std::uint64_t now_ms_ = 1'000'000;
  std::optional<std::uint64_t> start_due_ms_;
  std::optional<std::uint64_t> beat_due_ms_;
  std::uint8_t waiting_ = 0;       // sessions
  bool start_due_ = false;         // a thread will look what to start
  bool ask_due_ = false;           // those who wait will ask again
  bool asked_since_stop_ = false;  // somebody has asked for a worker since the service's last stop
  bool read_since_stop_ = true;    // settings
  const char* fault_ = "";
};

}  // namespace rasshost
