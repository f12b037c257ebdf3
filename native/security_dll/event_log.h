// SPDX-License-Identifier: MIT
// What an administrator should know of, in the Windows event log and in the log file:
// docs/events.md.
#pragma once

#include <windows.h>

#include <atomic>
#include <initializer_list>
#include <string>
#include <string_view>

#include "security_dll/log.h"

namespace rasshost {

// Stable: a number is never reused for something else. The texts are in events.mc.
enum class EventId : DWORD {
  kDialogDenied = 1000,
  kDialogError = 1001,
  kWorkerLost = 1002,
  kWorkerThrottled = 1003,
  kPolicyReloaded = 1004,
  kPolicyRefused = 1005,
  kSettingPassedOver = 1006,
  kTokenRestricted = 1007,
};

// The one place that knows of the Windows event log. Any thread but the RAS server's, without a
// lock: the system may take its time.
class EventLog {
 public:
  explicit EventLog(Log& log) noexcept : log_(log) {}

  // `values` stand for %1, %2 in the text (UTF-8, no caller's typing in them). Without memory the
  // entry is lost.
  void Report(EventId id, std::initializer_list<std::string_view> values) noexcept;

 private:
  // Null: the system refuses.
  HANDLE Source() noexcept;

  Log& log_;
  // From the first report on, for as long as the process lives.
  std::atomic<HANDLE> source_ = nullptr;
};

}  // namespace rasshost
