// SPDX-License-Identifier: MIT
#include "emulator/begin_times.h"

#include "windows/utf.h"

namespace rasshost {

DWORD BeginTimes::Open(const std::string& path) {
  file_.reset(CreateFileW(ToWide(path).c_str(), GENERIC_WRITE, FILE_SHARE_READ, nullptr,
                          CREATE_ALWAYS, FILE_ATTRIBUTE_NORMAL, nullptr));
  return file_ ? NO_ERROR : GetLastError();
}

void BeginTimes::Add(std::chrono::nanoseconds time) {
  if (file_) times_.push_back(time);
}

void BeginTimes::Write() const {
  if (!file_) return;
  std::string text;
  for (const std::chrono::nanoseconds time : times_) {
    text += std::to_string(std::chrono::duration<double, std::micro>(time).count()) + "\n";
  }
  DWORD written = 0;
  WriteFile(file_.get(), text.data(), static_cast<DWORD>(text.size()), &written, nullptr);
}

}  // namespace rasshost
