// SPDX-License-Identifier: MIT
// Threads of our own: what they wait for must not keep the process's pool, and our own timers in
// it, from their work.
#pragma once

#include <windows.h>

#include "security_dll/guarded.h"
#include "windows/unique_handle.h"

namespace rasshost {

// For calls of the RAS server and of Rasman.dll, which are foreign code and may take their time.
// Lives as long as the process.
class PrivatePool {
 public:
  // Throws SystemError.
  PrivatePool() : pool_(Granted(UniqueThreadpool(CreateThreadpool(nullptr)))) {
    InitializeThreadpoolEnvironment(&environment_);
    SetThreadpoolCallbackPool(&environment_, pool_.get());
  }
  PrivatePool(const PrivatePool&) = delete;
  PrivatePool& operator=(const PrivatePool&) = delete;

  // For the creation of what is to run here.
  PTP_CALLBACK_ENVIRON environment() noexcept { return &environment_; }

 private:
  const UniqueThreadpool pool_;
  TP_CALLBACK_ENVIRON environment_;
};

}  // namespace rasshost
