// SPDX-License-Identifier: MIT
// What the spy is told to refuse, and what it writes down.
#pragma once

#include <windows.h>
// After windows.h, whose types it uses.
#include <sddl.h>

#include <cstdio>
#include <mutex>
#include <string>

#include "emulator/portable/json_line.h"
#include "test/foreign/environment.h"
#include "windows/unique_handle.h"
#include "windows/utf.h"

namespace rasshost {

// Whether the call is to be refused; then the last error is set.
inline bool Denied(const wchar_t* function) {
  const std::wstring error = Environment(L"SPY_ERROR");
  SetLastError(error.empty() ? ERROR_ACCESS_DENIED : std::stoul(error));
  return Environment(L"SPY_REFUSE") == function;
}

inline void Note(const JsonLine& line) {
  static std::mutex mutex;
  const std::lock_guard lock(mutex);
  if (FILE* const file = _wfopen(Environment(L"SPY_FILE").c_str(), L"ab")) {
    std::fputs(line.Finish().c_str(), file);
    std::fclose(file);
  }
}

inline std::string SidText(PSID sid) {
  LPWSTR text = nullptr;
  if (!ConvertSidToStringSidW(sid, &text)) return "none";
  const UniqueLocalMemory owner(text);
  return ToUtf8(text);
}

// Owner and access rights; empty when there is no descriptor.
inline std::string SecurityText(PSECURITY_DESCRIPTOR descriptor) {
  LPWSTR text = nullptr;
  if (descriptor == nullptr ||
      !ConvertSecurityDescriptorToStringSecurityDescriptorW(
          descriptor, SDDL_REVISION_1, OWNER_SECURITY_INFORMATION | DACL_SECURITY_INFORMATION,
          &text, nullptr)) {
    return {};
  }
  const UniqueLocalMemory owner(text);
  return ToUtf8(text);
}

inline std::string SecurityText(const SECURITY_ATTRIBUTES* attributes) {
  return attributes == nullptr ? std::string() : SecurityText(attributes->lpSecurityDescriptor);
}

}  // namespace rasshost
