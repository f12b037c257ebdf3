// SPDX-License-Identifier: MIT
#include "emulator/call_options.h"

#include <windows.h>

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

#include "windows/unique_handle.h"
#include "windows/utf.h"

namespace rasshost {
namespace {

// No call has so many options.
constexpr std::size_t kLongest = 64 * 1024;

std::vector<std::string> LinesOf(std::string_view text) {
  std::vector<std::string> lines;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    std::string_view line = text.substr(0, end);
    if (line.ends_with('\r')) line.remove_suffix(1);
    if (!line.empty()) lines.emplace_back(line);
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return lines;
}

}  // namespace

std::variant<CallOptions, UsageError> OptionsOfCall(const EmulatorOptions& options) {
  const CallOptions& usual = options;
  if (!options.each_call) return usual;
  const UniqueHandle file(CreateFileW(ToWide(*options.each_call).c_str(), GENERIC_READ,
                                      FILE_SHARE_READ | FILE_SHARE_WRITE | FILE_SHARE_DELETE,
                                      nullptr, OPEN_EXISTING, 0, nullptr));
  if (!file) {
    const DWORD error = GetLastError();
    if (error == ERROR_FILE_NOT_FOUND || error == ERROR_PATH_NOT_FOUND) return usual;
    return UsageError{"cannot be read: error " + std::to_string(error)};
  }
  std::string text(kLongest, '\0');
  DWORD size = 0;
  if (!ReadFile(file.get(), text.data(), static_cast<DWORD>(text.size()), &size, nullptr)) {
    return UsageError{"cannot be read: error " + std::to_string(GetLastError())};
  }
  if (size == text.size()) return UsageError{"is too long"};
  text.resize(size);
  return ParseCallOptions(usual, LinesOf(text));
}

}  // namespace rasshost
