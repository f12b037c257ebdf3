// SPDX-License-Identifier: MIT
// Owns the workers: which one gets new sessions, which one stands by, which ones only finish
// theirs, and when another is started.
#pragma once

#include <cstdint>
#include <list>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>

#include "common/restart_throttle.h"
#include "common/srw_lock.h"
#include "security_dll/event_log.h"
#include "security_dll/host_service.h"
#include "security_dll/log.h"
#include "security_dll/reload_watch.h"
#include "security_dll/settings.h"
#include "security_dll/worker.h"

namespace rasshost {

// One worker is the current one. A spare is started when the current one has been that for a
// second, and takes over at once when that is lost. A reload starts a worker with the settings and
// the policy as they are then; when it is ready, it becomes the current one, and those before
// retire: they finish their sessions and leave. A worker that is worn out makes way for the spare
// in the same manner. At most one start is under way at a time. Lives as long as the process:
// callbacks of the thread pool refer to it.
class Supervisor final : private Worker::Listener,
                         private ReloadWatch::Listener,
                         private HostService::Listener {
 public:
  using Guard = std::lock_guard<SrwLock>;

  // On a worker's thread or one of the pool, without the lock.
  class Listener {
   public:
    // A frame of a session. False: it is a fault, and the worker has to go.
    virtual bool OnSessionFrame(Worker& worker, Frame& frame) = 0;
    // Its sessions end with ERROR. `here`: JavaScript in this process may still be touching their
    // ports, and lets go of each.
    virtual void OnSessionsLost(const Worker& worker, DWORD error, bool here) noexcept = 0;
    // Sessions that wait for a worker may ask again.
    virtual void OnCurrentChanged() noexcept = 0;
    // Sessions that wait need not wait any longer.
    virtual void OnNoWorker(DWORD error) noexcept = 0;

   protected:
    ~Listener() = default;
  };

  // `lock` is the listener's, and guards what the supervisor knows as well: which worker a session
  // goes to must not change between the choice and the frame. Opens the log.
  // Throws std::bad_alloc.
  Supervisor(SrwLock& lock, Log& log, EventLog& events, Listener& listener);

  // Whether the system has given what the supervisor needs.
  bool ok() const noexcept {
    return start_work_ != nullptr && restart_timer_ != nullptr && beat_timer_ != nullptr &&
           host_service_.ok();
  }

  // Those for new sessions.
  const std::shared_ptr<const Settings>& settings(const Guard&) const noexcept { return settings_; }

  // The worker for a new session. Null: there is none, and OnCurrentChanged or OnNoWorker follows.
  std::shared_ptr<Worker> Current(const Guard&) noexcept;
  // A session is with the worker, until SessionOver().
  void SessionBegun(const Guard&, Worker& worker) noexcept;
  void SessionOver(const Guard&, Worker& worker) noexcept;

 private:
  // What a worker is started for.
  enum class Purpose { kCurrent, kSpare, kReload };

  // Before the next start, for the log.
  struct Delay {
    std::uint64_t ms = 0;
    std::uint32_t failures = 0;  // 0: there is no delay
  };

  bool OnFrame(Worker& worker, Frame& frame) override;
  void OnWorkerLost(Worker& worker, DWORD error, std::string_view why) noexcept override;
  void OnWorkerGone(Worker& worker) noexcept override;
  void OnStartBound(Worker& worker) noexcept override;
  void OnReloadWanted() noexcept override;
  // This process stays: the workers leave, and none is started until somebody asks for one.
  void OnServiceStopped() noexcept override;

  static void CALLBACK StartWanted(PTP_CALLBACK_INSTANCE, void* context, PTP_WORK) noexcept;
  static void CALLBACK MayRestart(PTP_CALLBACK_INSTANCE, void* context, PTP_TIMER) noexcept;
  static void CALLBACK Beat(PTP_CALLBACK_INSTANCE, void* context, PTP_TIMER) noexcept;
  void Start() noexcept;
  std::shared_ptr<const Settings> SettingsFor(Purpose purpose);
  bool Launch(const std::shared_ptr<const Settings>& settings, DWORD& error, std::string& why);
  std::optional<Purpose> NextStart(const Guard&) noexcept;
  // Whether the service has stopped since settings_ were read.
  bool SettingsAreOld(const Guard&) const noexcept { return settings_stops_ != service_stops_; }
  // The interval of the beats that settings_ want.
  DWORD BeatMs() const noexcept;
  // Another beat follows.
  void SetBeat(const Guard&) noexcept;
  void TakePulses() noexcept;
  std::shared_ptr<Worker> NextAfter(const Guard&, std::uint64_t number) const noexcept;
  // Whether the worker may go on, as far as its memory goes.
  bool CheckWear(Worker& worker) noexcept;
  // Whether the worker answers, as far as one can tell. Asks it anew when it has answered.
  bool TakePulse(const Guard&, Worker& worker) noexcept;
  void SendPing(const Guard&, Worker& worker, int missed_beats) noexcept;
  bool OnHandshake(Worker& worker, const Message& message);
  void OnReady(const Guard&, Worker& worker) noexcept;
  void WearOut(const Guard&, Worker& worker, const char* why) noexcept;
  void Replace(const Guard&) noexcept;
  // The worker in that place, if there is one, takes the calls from now on.
  void Promote(const Guard&, std::shared_ptr<Worker>& place) noexcept;
  void Retire(const Guard&, std::shared_ptr<Worker>& place) noexcept;
  void DismissIfDone(const Guard&, Worker& worker) noexcept;
  // A worker was of no use: the next start waits.
  Delay Failed(const Guard&) noexcept;
  void Tell(const Delay& delay) noexcept;
  void TellLoss(bool of_reload, DWORD error, std::string_view why) noexcept;

  SrwLock& lock_;
  Listener& listener_;
  Log& log_;
  EventLog& events_;
  ReloadWatch reload_watch_{log_, *this};
  PTP_WORK start_work_;
  PTP_TIMER restart_timer_;
  PTP_TIMER beat_timer_;  // for the next beat only: the thread that takes the pulses sets it anew
  HostService host_service_{*this};

  // Under lock_.
  std::shared_ptr<const Settings> settings_ = std::make_shared<const Settings>(Settings::Read());
  std::uint64_t settings_stops_ = 0;            // service_stops_ when they were read
  std::uint64_t service_stops_ = 0;             // how often the service has stopped
  std::list<std::shared_ptr<Worker>> workers_;  // all of them, by their numbers
  std::uint64_t last_number_ = 0;
  std::shared_ptr<Worker> current_;
  std::uint64_t current_since_ms_ = 0;
  std::shared_ptr<Worker> spare_;
  std::shared_ptr<Worker> starting_;     // not ready yet
  Purpose purpose_ = Purpose::kCurrent;  // of the one that is being started
  bool launching_ = false;               // a thread is in Launch
  bool demanded_ = false;                // somebody has asked for a current worker
  bool reload_wanted_ = false;
  const char* recycled_ = nullptr;  // why a worker is worn out, for the log
  RestartThrottle throttle_;
  DWORD beat_ms_ = BeatMs();
  bool beating_ = false;        // there is another beat to come
  bool taking_pulses_ = false;  // a thread is in TakePulses

  const Placement placement_ = settings_->placement;
  std::shared_ptr<const Settings> told_;  // of whoever has set `launching_`
};

}  // namespace rasshost
