// SPDX-License-Identifier: MIT
// Owns the workers: carries out what the fleet decides.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "common/fleet.h"
#include "security_dll/host_lock.h"
#include "security_dll/host_service.h"
#include "security_dll/reload_watch.h"
#include "security_dll/reports.h"
#include "security_dll/settings.h"
#include "security_dll/worker.h"
#include "windows/unique_handle.h"

namespace rasshost {

// Which worker gets new sessions, which one stands by, which ones only finish theirs, and when
// another is started is the fleet's to say. Lives as long as the process: callbacks of the thread
// pool refer to it.
class Supervisor final : private Worker::Listener, private ReloadWatch::Listener {
 public:
  using Guard = HostLock::Guard;

  // On a worker's thread or one of the pool, without the lock.
  class Listener {
   public:
    // A frame of a session. False: it is a fault, and the worker has to go.
    virtual bool OnSessionFrame(Worker& worker, Frame& frame) = 0;
    // Its sessions end with ERROR. `here`: JavaScript in this process may still be touching their
    // ports, and lets go of each.
    virtual void OnSessionsLost(const Worker& worker, DWORD error, bool here) noexcept = 0;
    // Sessions that wait for a worker may ask again. Comes with the lock.
    virtual void OnCurrentChanged(const Guard&) noexcept = 0;
    // Sessions that wait need not wait any longer.
    virtual void OnNoWorker(DWORD error) noexcept = 0;

   protected:
    ~Listener() = default;
  };

  // `lock` is the listener's, and guards what the supervisor knows as well: which worker a session
  // goes to must not change between the choice and the frame. Opens the log.
  // Throws std::bad_alloc, SystemError.
  Supervisor(HostLock& lock, HostService& service, Reports& reports, Listener& listener);

  // Those for new sessions.
  const std::shared_ptr<const Settings>& settings(const Guard&) const noexcept { return settings_; }

  // The worker for a new session. Null: there is none, and OnCurrentChanged or OnNoWorker follows.
  std::shared_ptr<Worker> Current(const Guard&) noexcept;
  // A session is with the worker, until SessionOver().
  void SessionBegun(const Guard&, const Worker& worker) noexcept;
  void SessionOver(const Guard&, const Worker& worker) noexcept;

  // The workers leave, and none is started until somebody asks for one. Without the lock.
  void ServiceStopped() noexcept;

 private:
  // Workers that are to be ended, which happens when the lock has been let go: to be declared
  // before the guard.
  class Endings {
   public:
    Endings() noexcept = default;
    Endings(const Endings&) = delete;
    Endings& operator=(const Endings&) = delete;
    ~Endings();
    void Add(std::shared_ptr<Worker> worker) noexcept;

   private:
    std::array<std::shared_ptr<Worker>, Fleet::kMostWorkers> workers_;
    std::size_t count_ = 0;
  };

  bool OnFrame(Worker& worker, Frame& frame) override;
  void OnWorkerLost(Worker& worker, DWORD error, std::string_view why) noexcept override;
  void OnWorkerGone(Worker& worker) noexcept override;
  void OnStartBound(Worker& worker) noexcept override;
  void OnReloadWanted() noexcept override;

  static std::uint32_t BeatMs(const Settings& settings) noexcept;
  // What the fleet wants to be done.
  void Act(const Guard&, Endings& endings) noexcept;

  // In supervisor_starts.cc.
  static void CALLBACK StartWanted(PTP_CALLBACK_INSTANCE instance, void* context,
                                   PTP_WORK) noexcept;
  static void CALLBACK MayRestart(PTP_CALLBACK_INSTANCE instance, void* context,
                                  PTP_TIMER) noexcept;
  void StartNext() noexcept;
  // Null: `error` and `why` say why. Throws std::bad_alloc.
  std::shared_ptr<Worker> Launch(const Fleet::Start& start, DWORD& error, std::string& why);
  std::shared_ptr<const Settings> SettingsFor(const Fleet::Start& start);
  void Launched(const std::shared_ptr<Worker>& worker) noexcept;
  void LaunchFailed(const Fleet::Start& start, DWORD error, std::string_view why) noexcept;
  static WorkerLimits LimitsOf(const Settings& settings) noexcept;

  // In supervisor_heartbeat.cc.
  static void CALLBACK Beat(PTP_CALLBACK_INSTANCE, void* context, PTP_TIMER) noexcept;
  void TakePulses() noexcept;
  void TakePulse(const std::shared_ptr<Worker>& worker) noexcept;

  bool OnHandshake(Worker& worker, const Message& message);
  bool OnReady(Worker& worker) noexcept;
  void Tell(const Fleet::Loss& loss, DWORD error, std::string_view prefix,
            std::string_view why) noexcept;

  HostLock& lock_;
  HostService& service_;
  Listener& listener_;
  Reports& reports_;
  ReloadWatch reload_watch_{reports_, *this};
  const UniqueThreadpoolWork start_work_;
  const UniqueThreadpoolTimer restart_timer_;
  const UniqueThreadpoolTimer beat_timer_;  // for the next beat only

  // Under lock_.
  std::shared_ptr<const Settings> settings_;
  Fleet fleet_;
  std::array<std::shared_ptr<Worker>, Fleet::kMostWorkers> workers_;  // by their places

  const Placement placement_;
  std::shared_ptr<const Settings> told_;  // of whoever has been given a start
};

}  // namespace rasshost
