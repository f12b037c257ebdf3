// SPDX-License-Identifier: MIT
// The lock of sessions and workers, and the proof of holding it. With it those of Reports and
// ReceivePool may be taken, never the other way round; nobody waits for HostService's with it.
#pragma once

#include "windows/srw_lock.h"

namespace rasshost {

// Guards the table of sessions, each session's core, and what the supervisor knows. Never held
// while calling the RAS server, or the system for anything slow.
class HostLock {
 public:
  // A function that needs the lock takes one by reference: there is no other way to have one.
  class Guard {
   public:
    explicit Guard(HostLock& lock) noexcept : lock_(lock) { lock_.lock_.lock(); }
    Guard(const Guard&) = delete;
    Guard& operator=(const Guard&) = delete;
    ~Guard() { lock_.lock_.unlock(); }

   private:
    HostLock& lock_;
  };

 private:
  SrwLock lock_;
};

}  // namespace rasshost
