// SPDX-License-Identifier: MIT
// The log file of the security DLL, shared with the worker's standard output and error.
#pragma once

#include <windows.h>

#include <initializer_list>
#include <string>
#include <string_view>

#include "common/unique_handle.h"

namespace rasshost {

// Any thread: each line is one append to the file, which the system keeps whole.
class Log {
 public:
  // Opens the file for appending; an empty path or a failure leaves the log silent, because a
  // server must take calls even when its disk is full.
  void Open(const std::wstring& path) noexcept;

  // One line: UTC time, then the parts (UTF-8, no caller's typing in them), cut at 1,000 bytes.
  void Write(std::initializer_list<std::string_view> parts) noexcept;

  // For the worker's standard handles; null when there is no log.
  HANDLE file() const noexcept { return file_.get(); }

 private:
  UniqueHandle file_;
};

}  // namespace rasshost
