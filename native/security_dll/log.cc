// SPDX-License-Identifier: MIT
#include "security_dll/log.h"

#include <algorithm>
#include <array>
#include <cstdio>
#include <cstring>

#include "security_dll/short_text.h"

namespace rasshost {
namespace {

constexpr std::string_view kEnd = "\r\n";

}  // namespace

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

void Log::WriteWorkers(std::string_view line) noexcept {
  if (!is_open()) return;
  constexpr std::string_view kPrefix = "worker: ";
  std::array<char, kPrefix.size() + kMostOfWorker + kEnd.size()> whole;
  char* end = std::copy(kPrefix.begin(), kPrefix.end(), whole.data());
  line = line.substr(0, kMostOfWorker);
  end = std::transform(line.begin(), line.end(), end, Printable);
  end = std::copy(kEnd.begin(), kEnd.end(), end);
  const std::string_view text(whole.data(), static_cast<std::size_t>(end - whole.data()));

  const Guard guard(lock_);
  if (const std::uint64_t hour = GetTickCount64() / 3'600'000; hour != hour_) {
    hour_ = hour;
    worker_bytes_ = 0;
  }
  const std::uint64_t most_bytes = most_bytes_ / 2;
  if (worker_bytes_ > most_bytes) return;
  worker_bytes_ += text.size();
  if (worker_bytes_ > most_bytes) {
    constexpr std::string_view kLeftOut =
        "rasshost: the workers have written half of LogMegabytes within an hour: the rest of what "
        "they write in it is left out\r\n";
    return Append(guard, kLeftOut);
  }
  Append(guard, text);
}

void Log::Append(const Guard& guard, std::string_view line) noexcept {
  if (!file_) OpenFile(guard);
  if (size_ > 0 && size_ + line.size() > most_bytes_) Rotate(guard);
  if (!file_ || size_ > most_bytes_) return;
  DWORD written = 0;
  WriteFile(file_.get(), line.data(), static_cast<DWORD>(line.size()), &written, nullptr);
  size_ += written;
}

void Log::Write(const SYSTEMTIME& time, std::span<const std::string_view> parts) noexcept {
  if (!is_open()) return;
  std::array<char, 1024> line;
  const int prefix = std::snprintf(
      line.data(), line.size(), "%04u-%02u-%02uT%02u:%02u:%02u.%03uZ rasshost: ", time.wYear,
      time.wMonth, time.wDay, time.wHour, time.wMinute, time.wSecond, time.wMilliseconds);
  std::size_t length = prefix > 0 ? static_cast<std::size_t>(prefix) : 0;
  for (const std::string_view part : parts) {
    const std::size_t count = std::min(part.size(), line.size() - kEnd.size() - length);
    std::memcpy(line.data() + length, part.data(), count);
    length += count;
  }
  std::memcpy(line.data() + length, kEnd.data(), kEnd.size());
  const Guard guard(lock_);
  Append(guard, {line.data(), length + kEnd.size()});
}

}  // namespace rasshost
