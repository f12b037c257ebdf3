// SPDX-License-Identifier: MIT
// The service that has loaded this DLL, as the service manager knows it.
#pragma once

#include <windows.h>

#include <atomic>
#include <chrono>
#include <cstdint>

#include "windows/srw_condition.h"
#include "windows/srw_lock.h"
#include "windows/unique_handle.h"

namespace rasshost {

// The process of a service may be that of others too, and outlive it. A process in which the
// RemoteAccess service has never been seen is a private host, such as an emulator, whatever service
// of that name there is beside it. Lives as long as the process: callbacks of the thread pool refer
// to it.
class HostService {
 public:
  enum class State : std::uint8_t {
    kPrivate,  // this process has never been the service's
    kStopped,  // or the service runs in another process
    kStopping,
    kRuns,
  };
  struct Look {
    State state;
    std::uint32_t run;
  };

  class Listener {
   public:
    // It is stopping, or has stopped since it was last looked at. On the thread that has looked,
    // one at a time, without a lock.
    virtual void OnServiceDown(State state) noexcept = 0;

   protected:
    ~Listener() = default;
  };

  // Throws SystemError.
  explicit HostService(Listener& listener);

  // Has the service manager asked, which may take its time: a thread of the pool waits for the
  // answer. Until it is there, nobody is asked again.
  void Ask() noexcept;

  // The same, unless it has been asked within the last second. For events that may come by the
  // thousand.
  void AskIfOld() noexcept;

  // What the service manager answers to a question that is asked now, unless this process has never
  // been the service's. For any thread that may wait: for kPatience at most, after which the answer
  // of before counts.
  Look LookNow() noexcept;

  // How often the service has been seen to stop in this process: what began in an earlier run has
  // nothing more to say in this one (invariant 15).
  std::uint32_t run() const noexcept { return run_; }

 private:
  using Guard = SrwCondition::Guard;
  static constexpr std::chrono::milliseconds kPatience{2000};
  static constexpr std::uint64_t kOldMs = 1000;

  static void CALLBACK Asked(PTP_CALLBACK_INSTANCE instance, void* context, PTP_WORK) noexcept;
  // Returns the number of the question that a new answer is to.
  std::uint64_t Request(const Guard&) noexcept;
  void AnswerAll() noexcept;
  void Learn(State state) noexcept;
  // The state that the service manager tells. False when it doesn't.
  bool Query(State& state) noexcept;

  Listener& listener_;
  const UniqueThreadpoolWork work_;
  std::atomic<State> state_ = State::kPrivate;
  std::atomic<std::uint32_t> run_ = 0;
  std::atomic<std::uint64_t> asked_ms_ = 0;  // GetTickCount64 of the last question

  SrwLock lock_;  // guards what follows
  SrwCondition answer_came_;
  std::uint64_t questions_ = 0;
  std::uint64_t answered_ = 0;  // of them
  bool asking_ = false;         // there is a thread in AnswerAll

  UniqueServiceHandle service_;  // of that thread
};

}  // namespace rasshost
