// SPDX-License-Identifier: MIT
// Notices that the administrator wants the policy to be loaded anew.
#pragma once

#include <windows.h>

#include <mutex>
#include <string>

#include "common/srw_lock.h"
#include "common/unique_handle.h"

namespace rasshost {

// Two signs: the value ReloadRequest under HKLM\SOFTWARE\rasshost has another text, and, if that is
// watched, the policy file has another time of its last change. Waited for in the thread pool.
// Lives as long as the process.
class ReloadWatch {
 public:
  // On a thread of the pool, one at a time for each sign.
  class Listener {
   public:
    virtual void OnReloadWanted() noexcept = 0;

   protected:
    ~Listener() = default;
  };

  explicit ReloadWatch(Listener& listener) : listener_(listener) {}

  // Begins to wait for requests. What the system refuses is not noticed. To be called once.
  void WatchRequests();
  // Watches this file from now on, instead of what it was before; an empty path: none. One thread
  // at a time. Throws std::bad_alloc.
  void WatchFile(const std::wstring& path);

 private:
  static void CALLBACK KeyChanged(PTP_CALLBACK_INSTANCE, void* context, PTP_WAIT,
                                  TP_WAIT_RESULT) noexcept;
  static void CALLBACK DirectoryChanged(PTP_CALLBACK_INSTANCE, void* context, PTP_WAIT,
                                        TP_WAIT_RESULT) noexcept;
  void ArmKey() noexcept;
  bool IsNewRequest();
  bool IsNewFile() noexcept;

  Listener& listener_;

  UniqueRegKey key_;
  UniqueHandle key_event_;
  UniqueThreadpoolWait key_wait_;
  std::wstring request_;  // the last one; of the callback

  SrwLock file_lock_;  // guards what follows
  std::wstring file_;
  UniqueChangeNotification directory_;
  UniqueThreadpoolWait directory_wait_;
  FILETIME file_time_{};
};

}  // namespace rasshost
