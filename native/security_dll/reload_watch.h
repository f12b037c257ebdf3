// SPDX-License-Identifier: MIT
// Notices that the administrator wants the policy to be loaded anew.
#pragma once

#include <windows.h>

#include <atomic>
#include <mutex>
#include <string>

#include "security_dll/reports.h"
#include "windows/srw_lock.h"
#include "windows/unique_handle.h"

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

  ReloadWatch(Reports& reports, Listener& listener) : reports_(reports), listener_(listener) {}

  // Begins to wait for requests, unless it does already. When the system refuses, the log says so,
  // and the next call tries again. One thread at a time. Throws std::bad_alloc.
  void WatchRequests();
  // Watches this file from now on, instead of what it was before; an empty path: none. One thread
  // at a time. Throws std::bad_alloc.
  void WatchFile(const std::wstring& path);

 private:
  static void CALLBACK KeyChanged(PTP_CALLBACK_INSTANCE, void* context, PTP_WAIT,
                                  TP_WAIT_RESULT) noexcept;
  static void CALLBACK DirectoryChanged(PTP_CALLBACK_INSTANCE, void* context, PTP_WAIT,
                                        TP_WAIT_RESULT) noexcept;
  // Has the next change of the key set the event.
  LSTATUS ArmKey() noexcept;
  // Waits for the event, unless arming has failed.
  void AwaitKey(LSTATUS armed) noexcept;
  void TellUnwatched(DWORD error) noexcept;
  bool IsNewRequest();
  bool IsNewFile() noexcept;

  Reports& reports_;
  Listener& listener_;

  // Of the callback while there is one to come, else of the thread that is in WatchRequests.
  std::atomic<bool> watching_ = false;
  UniqueRegKey key_;
  UniqueHandle key_event_;
  UniqueThreadpoolWait key_wait_;
  std::wstring request_;  // the last one

  SrwLock file_lock_;  // guards what follows
  std::wstring file_;
  UniqueChangeNotification directory_;
  UniqueThreadpoolWait directory_wait_;
  FILETIME file_time_{};
};

}  // namespace rasshost
