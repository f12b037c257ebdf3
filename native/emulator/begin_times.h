// SPDX-License-Identifier: MIT
// How long the security DLL's Begin took, call by call.
#pragma once

#include <chrono>
#include <string>
#include <vector>

#include "windows/unique_handle.h"

namespace rasshost {

// Kept in memory until the server has stopped: a line of the trace for each would take longer than
// what is measured.
class BeginTimes {
 public:
  // Starts the file anew. Returns a Win32 error code.
  DWORD Open(const std::string& path);

  // On the thread that takes calls; ignored when no file is open.
  void Add(std::chrono::nanoseconds time);

  // After the last Add(): one line a call, in microseconds.
  void Write() const;

 private:
  UniqueHandle file_;
  std::vector<std::chrono::nanoseconds> times_;
};

}  // namespace rasshost
