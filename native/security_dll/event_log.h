// SPDX-License-Identifier: MIT
// What an administrator should know of, in the Windows event log and in the log file:
// docs/events.md.
#pragma once

#include <windows.h>

#include <cstddef>
#include <span>
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

// The one place that knows of the Windows event log. One thread at a time, without a lock: the
// system may take its time.
class EventLog {
 public:
  EventLog() noexcept = default;
  EventLog(const EventLog&) = delete;
  EventLog& operator=(const EventLog&) = delete;
  ~EventLog() { Close(); }

  // `values` stand for %1, %2 in the text (UTF-8, no caller's typing in them; at most kMostValues).
  // Also to the log.
  void Report(const SYSTEMTIME& time, EventId id, std::span<const std::string_view> values,
              Log& log) noexcept;

  static constexpr std::size_t kMostValues = 2;

 private:
  bool Write(EventId id, WORD type, std::span<const std::string_view> values) noexcept;
  void Close() noexcept;

  HANDLE source_ = nullptr;  // from the first report on
};

}  // namespace rasshost
