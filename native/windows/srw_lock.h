// SPDX-License-Identifier: MIT
// Windows' own lock in the shape of the standard one, which mingw-w64 builds from kernel objects:
// each wait for it there costs a round trip to the kernel's server in Wine.
#pragma once

#include <windows.h>

namespace rasshost {

class SrwLock {
 public:
  SrwLock() noexcept = default;
  SrwLock(const SrwLock&) = delete;
  SrwLock& operator=(const SrwLock&) = delete;

  void lock() noexcept { AcquireSRWLockExclusive(&lock_); }
  bool try_lock() noexcept { return TryAcquireSRWLockExclusive(&lock_) != FALSE; }
  void unlock() noexcept { ReleaseSRWLockExclusive(&lock_); }

 private:
  friend class SrwCondition;
  SRWLOCK lock_ = SRWLOCK_INIT;
};

}  // namespace rasshost
