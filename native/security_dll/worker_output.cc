// SPDX-License-Identifier: MIT
#include "security_dll/worker_output.h"

#include <array>
#include <cstring>
#include <memory>
#include <new>
#include <string_view>

namespace rasshost {
namespace {

struct Reader {
  UniqueHandle pipe;
  Log& log;
};

// Passes on whole lines, so that those of several workers don't get mixed; a line that is longer
// than the buffer goes in parts.
void Read(const Reader& reader) noexcept {
  std::array<char, 4096> buffer;
  std::size_t kept = 0;
  DWORD count = 0;
  while (ReadFile(reader.pipe.get(), buffer.data() + kept, static_cast<DWORD>(buffer.size() - kept),
                  &count, nullptr)) {
    const std::string_view text(buffer.data(), kept + count);
    const std::size_t end = text.rfind('\n');
    std::size_t whole = end == std::string_view::npos ? 0 : end + 1;
    if (whole == 0 && text.size() == buffer.size()) whole = text.size();
    if (whole > 0) reader.log.Append(text.substr(0, whole));
    kept = text.size() - whole;
    std::memmove(buffer.data(), buffer.data() + whole, kept);
  }
  if (kept > 0) reader.log.Append({buffer.data(), kept});
}

void CALLBACK Run(PTP_CALLBACK_INSTANCE instance, void* context) noexcept {
  const std::unique_ptr<Reader> reader(static_cast<Reader*>(context));
  // As long as the worker lives, in fact.
  CallbackMayRunLong(instance);
  Read(*reader);
}

}  // namespace

UniqueHandle StartWorkerOutput(Log& log) noexcept {
  UniqueHandle from;
  UniqueHandle to;
  if (!CreatePipe(from.put(), to.put(), nullptr, 0)) return {};
  const auto reader = new (std::nothrow) Reader{std::move(from), log};
  if (reader == nullptr) return {};
  if (!TrySubmitThreadpoolCallback(Run, reader, nullptr)) {
    delete reader;
    return {};
  }
  return to;
}

}  // namespace rasshost
