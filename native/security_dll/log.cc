// SPDX-License-Identifier: MIT
#include "security_dll/log.h"

#include <algorithm>
#include <array>
#include <cstdio>
#include <cstring>

namespace rasshost {

void Log::Open(const std::wstring& path) noexcept {
  if (path.empty()) return;
  file_.reset(CreateFileW(path.c_str(), FILE_APPEND_DATA | SYNCHRONIZE,
                          FILE_SHARE_READ | FILE_SHARE_WRITE | FILE_SHARE_DELETE, nullptr,
                          OPEN_ALWAYS, FILE_ATTRIBUTE_NORMAL, nullptr));
}

void Log::Write(std::initializer_list<std::string_view> parts) noexcept {
  if (!file_) return;
  SYSTEMTIME now;
  GetSystemTime(&now);
  std::array<char, 1024> line;
  const int prefix = std::snprintf(
      line.data(), line.size(), "%04u-%02u-%02uT%02u:%02u:%02u.%03uZ rasshost: ", now.wYear,
      now.wMonth, now.wDay, now.wHour, now.wMinute, now.wSecond, now.wMilliseconds);
  std::size_t length = prefix > 0 ? static_cast<std::size_t>(prefix) : 0;
  constexpr std::string_view kEnd = "\r\n";
  for (const std::string_view part : parts) {
    const std::size_t count = std::min(part.size(), line.size() - kEnd.size() - length);
    std::memcpy(line.data() + length, part.data(), count);
    length += count;
  }
  std::memcpy(line.data() + length, kEnd.data(), kEnd.size());
  DWORD written = 0;
  WriteFile(file_.get(), line.data(), static_cast<DWORD>(length + kEnd.size()), &written, nullptr);
}

}  // namespace rasshost
