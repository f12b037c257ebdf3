// SPDX-License-Identifier: MIT
// A fleet with its surroundings: threads that start workers and take their pulses, the workers,
// timers, sessions that wait for a worker and sessions that have one. Every order of events that
// threads can produce is a path through it; what must hold is checked at each step.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>

#include "common/fleet.h"

namespace rasshost {

// What can happen next. Those from kHangUp on happen to one worker.
enum class FleetStep : std::uint8_t {
  kDial,         // a session begins
  kAskAgain,     // those that wait look for a worker
  kGiveUp,       // a session ends that has none
  kStart,        // a thread looks what to start
  kStartTimer,   // the same, when the delay has passed
  kLaunched,     // the thread comes back with a process
  kNotLaunched,  // or without one
  kReload,
  kStop,         // of the service
  kBeat,         // a round that nothing comes between
  kRoundBegins,  // one in parts, with whatever may come between them
  kNextPulse,
  kPulse,
  kPulseTooLarge,  // the worker is found to have more than twice its memory
  kPulseWorn,      // or more than its memory
  kCondemn,        // the worker that is not well is reported
  kHangUp,         // a session of it ends
  kReady,
  kReadyAgain,  // a fault, whatever its state is
  kPong,
  kDies,
  kLeaves,  // as it was told
  kGone,    // in-process: JavaScript that was lost has ended
};

class FleetWorld {
 public:
  using Step = FleetStep;
  static constexpr std::uint8_t kSteps = 23;

  // How often each may happen in all.
  struct Budget {
    std::uint8_t dials = 0;
    std::uint8_t failures = 0;  // of launches
    std::uint8_t deaths = 0;    // but for those of silence, which the beats bound
    std::uint8_t reloads = 0;
    std::uint8_t stops = 0;
    std::uint8_t worn = 0;
    std::uint8_t beats = 0;
    std::uint8_t rounds = 0;  // beats in parts
    bool wants_spare = false;
    bool in_process = false;
  };

  explicit FleetWorld(const Budget& budget);

  // `place`: of the worker, below Fleet::kMostWorkers; 0 for steps that happen to none.
  bool IsPossible(FleetStep step, std::size_t place) const;
  void Run(FleetStep step, std::size_t place);
  static std::size_t CountOf(FleetStep step) noexcept {
    return step >= FleetStep::kHangUp ? Fleet::kMostWorkers : 1;
  }

  // From here on all goes well: whoever waits must be served; then the sessions end and the service
  // stops, and no worker may be left.
  void ComeToAnEnd();

  // Two worlds with the same key have the same future.
  std::string Key() const;
  // The first thing that did not hold, empty if there was none.
  const char* fault() const noexcept { return fault_; }

 private:
  struct Process {
    WorkerNumber number = 0;  // 0: none
    bool said_ready = false;
    bool lost = false;
    bool gone = false;  // in-process: its JavaScript has ended
    bool told_to_leave = false;
    bool asked = false;     // for a sign of life, and has given none
    bool look_due = false;  // the round under way owes it a look
    bool is_reload = false;
    bool outdated = false;  // the service has stopped since it was launched
    bool worn_out = false;
    std::uint8_t sessions = 0;
    std::uint8_t dialogs = 0;
    std::uint64_t ready_since_ms = 0;

    bool lives() const noexcept { return number != 0 && !lost; }
  };
  // Where the thread is that takes pulses.
  enum class Round : std::uint8_t { kNone, kBetween, kLooks, kCondemns };

  void Expect(bool holds, const char* what) noexcept {
    if (!holds && *fault_ == '\0') fault_ = what;
  }
  bool IsPossibleFor(FleetStep step, const Process& process) const;
  void RunFor(FleetStep step, std::size_t place);
  void AskAgain();
  void LookForStart();
  void Launched();
  void NotLaunched();
  void Stop();
  void Lose(std::size_t place);
  void OnLoss(const Fleet::Loss& loss);

  // Of a round.
  void RunThroughRound();
  void BeginRound();
  void NextPulse();
  void TakePulse(std::uint64_t memory);
  void Condemn();

  void Act();
  void Do(const FleetAction& action);
  void Check();
  void CheckWorkers();
  void Settle();

  bool AnyLives() const noexcept;
  std::size_t CurrentPlace() const noexcept;

  Budget budget_;
  Fleet fleet_;
  std::array<Process, Fleet::kMostWorkers> processes_{};
  std::optional<Fleet::Start> launching_;
  bool launching_outdated_ = false;
  Round round_ = Round::kNone;
  WorkerNumber looked_at_ = 0;  // by the round
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
