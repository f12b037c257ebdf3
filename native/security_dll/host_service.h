// SPDX-License-Identifier: MIT
// The service that has loaded this DLL, as the service manager knows it.
#pragma once

#include <windows.h>

#include <atomic>

#include "common/unique_handle.h"

namespace rasshost {

// The process of a service may be that of others too, and outlive it. Lives as long as the process:
// callbacks of the thread pool refer to it.
class HostService {
 public:
  class Listener {
   public:
    // The RemoteAccess service, which has run in this process, is stopping, or has stopped since,
    // or runs in another process. On a thread of the pool, one at a time.
    virtual void OnServiceStopped() noexcept = 0;

   protected:
    ~Listener() = default;
  };

  explicit HostService(Listener& listener) noexcept;

  // Whether the system has given what is needed.
  bool ok() const noexcept { return work_ != nullptr; }

  // Has the service manager asked, which may take its time: a thread of the pool waits for the
  // answer. Until it is there, nobody is asked again.
  void Ask() noexcept;

 private:
  // In this order.
  enum class Presence { kAway, kStopping, kHere };

  static void CALLBACK Asked(PTP_CALLBACK_INSTANCE instance, void* context, PTP_WORK) noexcept;
  // Whether the service is less here than at the last question.
  bool HasGoneDown() noexcept;

  Listener& listener_;
  PTP_WORK work_;
  std::atomic<bool> asking_ = false;

  // Of the callback.
  UniqueServiceHandle service_;
  Presence presence_ = Presence::kAway;
};

}  // namespace rasshost
