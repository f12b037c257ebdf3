// SPDX-License-Identifier: MIT
#include "security_dll/log.h"

#include <algorithm>
#include <array>
#include <cstdio>
#include <cstring>

namespace rasshost {

void Log::Open(const std::wstring& path, std::uint64_t most_bytes) {
  old_path_ = path.empty() ? path : path + L".1";
  path_ = path;
  most_bytes_ = most_bytes;
}

void Log::OpenFile(const Guard&) noexcept {
  file_.reset(CreateFileW(path_.c_str(), FILE_APPEND_DATA | SYNCHRONIZE,
                          FILE_SHARE_READ | FILE_SHARE_WRITE | FILE_SHARE_DELETE, nullptr,
                          OPEN_ALWAYS, FILE_ATTRIBUTE_NORMAL, nullptr));
  LARGE_INTEGER size{};
  size_ =
      file_ && GetFileSizeEx(file_.get(), &size) ? static_cast<std::uint64_t>(size.QuadPart) : 0;
}

void Log::Rotate(const Guard& guard) noexcept {
  file_.reset();
  if (!MoveFileExW(path_.c_str(), old_path_.c_str(), MOVEFILE_REPLACE_EXISTING)) {
    // Somebody has it open who does not let it be renamed: better a short log than a full disk.
    const UniqueHandle emptied(CreateFileW(path_.c_str(), GENERIC_WRITE,
                                           FILE_SHARE_READ | FILE_SHARE_WRITE | FILE_SHARE_DELETE,
                                           nullptr, TRUNCATE_EXISTING, 0, nullptr));
  }
  OpenFile(guard);
}

void Log::Append(std::string_view lines) noexcept {
  if (!is_open()) return;
  const Guard guard(lock_);
  if (!file_) OpenFile(guard);
  if (size_ > 0 && size_ + lines.size() > most_bytes_) Rotate(guard);
  if (!file_ || size_ > most_bytes_) return;
  DWORD written = 0;
  WriteFile(file_.get(), lines.data(), static_cast<DWORD>(lines.size()), &written, nullptr);
  size_ += written;
}

void Log::Write(std::initializer_list<std::string_view> parts) noexcept {
  if (!is_open()) return;
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
  Append({line.data(), length + kEnd.size()});
}

}  // namespace rasshost
