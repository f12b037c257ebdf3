// SPDX-License-Identifier: MIT
#include "security_dll/log.h"

#include <cstdio>

namespace rasshost {

void Log::Open(const std::wstring& path) noexcept {
  if (path.empty()) return;
  file_.reset(CreateFileW(path.c_str(), FILE_APPEND_DATA | SYNCHRONIZE,
                          FILE_SHARE_READ | FILE_SHARE_WRITE | FILE_SHARE_DELETE, nullptr,
                          OPEN_ALWAYS, FILE_ATTRIBUTE_NORMAL, nullptr));
}

void Log::Write(std::string_view text) noexcept {
  if (!file_) return;
  SYSTEMTIME now;
  GetSystemTime(&now);
  char line[1024];
  const int length = std::snprintf(
      line, sizeof(line), "%04u-%02u-%02uT%02u:%02u:%02u.%03uZ rasshost: %.*s\r\n", now.wYear,
      now.wMonth, now.wDay, now.wHour, now.wMinute, now.wSecond, now.wMilliseconds,
      static_cast<int>(text.size() < 900 ? text.size() : 900), text.data());
  DWORD written = 0;
  if (length > 0) WriteFile(file_.get(), line, static_cast<DWORD>(length), &written, nullptr);
}

}  // namespace rasshost
