// SPDX-License-Identifier: MIT
#include "emulator/trace.h"

#include <mutex>

#include "windows/utf.h"

namespace rasshost {

DWORD Trace::Open(const std::string& path) {
  file_.reset(CreateFileW(ToWide(path).c_str(), GENERIC_WRITE, FILE_SHARE_READ | FILE_SHARE_DELETE,
                          nullptr, CREATE_ALWAYS, FILE_ATTRIBUTE_NORMAL, nullptr));
  return file_ ? NO_ERROR : GetLastError();
}

JsonLine Trace::Line() const {
  using std::chrono::microseconds;
  const auto now = std::chrono::steady_clock::now();
  JsonLine line;
  line.Number("t", std::chrono::duration_cast<microseconds>(now - start_).count());
  return line;
}

void Trace::Write(const JsonLine& line) {
  const std::string text = line.Finish();
  const std::lock_guard lock(mutex_);
  if (!file_) return;
  DWORD written = 0;
  WriteFile(file_.get(), text.data(), static_cast<DWORD>(text.size()), &written, nullptr);
}

void Trace::WriteEvent(LogEvent event, std::span<const std::string> strings, DWORD data) {
  JsonLine line = Line();
  if (const auto number = LogEventNumber(event, numbers_)) {
    line.Number("event", *number);
  } else {
    line.Null("event");
  }
  line.Text("symbol", LogEventSymbol(event)).ByteStrings("strings", strings).Number("data", data);
  Write(line);
}

}  // namespace rasshost
