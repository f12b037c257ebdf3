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
    // The RemoteAccess service has run in this process, and does not any more or is about to stop.
    // On a thread of the pool, one at a time.
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
  static void CALLBACK Asked(PTP_CALLBACK_INSTANCE instance, void* context, PTP_WORK) noexcept;
  bool HasStopped() noexcept;

  Listener& listener_;
  PTP_WORK work_;
  std::atomic<bool> asking_ = false;

  // Of the callback.
  UniqueServiceHandle service_;
  bool is_here_ = false;  // it has been seen running in this process
};

}  // namespace rasshost
