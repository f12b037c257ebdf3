// SPDX-License-Identifier: MIT
// The JSON Lines trace, one WriteFile a line, so that nothing is lost when the process crashes.
#pragma once

#include <chrono>
#include <string>

#include "emulator/portable/event_log.h"
#include "emulator/portable/json_line.h"
#include "windows/srw_lock.h"
#include "windows/unique_handle.h"

namespace rasshost {

// For any thread. Takes only its own lock, for the length of one WriteFile.
class Trace {
 public:
  explicit Trace(EventNumbers numbers) : numbers_(numbers) {}

  // Starts the file anew. Returns a Win32 error code.
  DWORD Open(const std::string& path);

  // A line with its time `t`, in microseconds since the start.
  JsonLine Line() const;
  void Write(const JsonLine& line);
  void WriteEvent(LogEvent event, std::span<const std::string> strings, DWORD data);

 private:
  const EventNumbers numbers_;
  const std::chrono::steady_clock::time_point start_ = std::chrono::steady_clock::now();
  SrwLock mutex_;
  UniqueHandle file_;  // mutex_
};

}  // namespace rasshost
