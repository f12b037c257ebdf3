// SPDX-License-Identifier: MIT
// malformed_settings.exe: writes each setting with every type and with bytes of many numbers to a
// key of its own, and has rasshost.dll's code read them. Prints how many there were, or how a first
// one was read otherwise than it is documented.
#include <windows.h>

#include <algorithm>
#include <cstdio>
#include <string>
#include <vector>

#include "security_dll/settings.h"
#include "windows/unique_handle.h"
#include "windows/utf.h"

namespace rasshost {
namespace {

constexpr wchar_t kKey[] = L"SOFTWARE\\rasshost test of settings";

enum class Kind { kFile, kDirectory, kText, kWord, kNumber };

struct Setting {
  const wchar_t* name;
  Kind kind;
};

constexpr Setting kSettings[] = {
    {L"NodePath", Kind::kFile},           {L"WorkerPath", Kind::kFile},
    {L"PolicyPath", Kind::kFile},         {L"LogPath", Kind::kFile},
    {L"TapeDirectory", Kind::kDirectory}, {L"NodeArguments", Kind::kText},
    {L"Placement", Kind::kWord},          {L"WorkerToken", Kind::kWord},
    {L"DialogSeconds", Kind::kNumber},    {L"StartSeconds", Kind::kNumber},
    {L"HoldSeconds", Kind::kNumber},      {L"SilenceSeconds", Kind::kNumber},
    {L"SpareWorkers", Kind::kNumber},     {L"RecycleDialogs", Kind::kNumber},
    {L"RecycleHours", Kind::kNumber},     {L"MemoryMegabytes", Kind::kNumber},
    {L"LogMegabytes", Kind::kNumber},     {L"WatchPolicy", Kind::kNumber},
    {L"ReloadRequest", Kind::kText}};

constexpr DWORD kTypes[] = {
    REG_NONE, REG_SZ,       REG_EXPAND_SZ,     REG_BINARY, REG_DWORD, REG_DWORD_BIG_ENDIAN,
    REG_LINK, REG_MULTI_SZ, REG_RESOURCE_LIST, REG_QWORD,  12,        0x7fffffff};

constexpr std::size_t kSizes[] = {0, 1,  2,  3,      4,      5,      7,      8,
                                  9, 62, 63, 65'534, 65'535, 65'536, 100'000};
constexpr std::size_t kMostBytes = 65'536;
constexpr std::size_t kDriveBytes = 6;

enum class Pattern { kZeros, kLetters, kPath, kHugeNumber };

std::vector<BYTE> BytesOf(Pattern pattern, std::size_t size) {
  // More than is written: what the system finds behind must not look like a NUL to it.
  std::vector<BYTE> bytes(size + 16, 0x01);
  for (std::size_t at = 0; at < size; ++at) {
    const BYTE path =
        at < kDriveBytes ? static_cast<BYTE>("C\0:\0\\\0"[at]) : static_cast<BYTE>("a\0"[at % 2]);
    bytes[at] = pattern == Pattern::kZeros     ? BYTE{0}
                : pattern == Pattern::kLetters ? BYTE{'a'}
                : pattern == Pattern::kPath    ? path
                                               : BYTE{0xff};
  }
  return bytes;
}

// As docs/adminregistry.md has it.
bool Counts(const Setting& setting, DWORD type, Pattern pattern, std::size_t size) {
  if (setting.kind == Kind::kNumber) {
    // All other numbers here are outside of all limits.
    const std::wstring name = setting.name;
    const bool may_be_zero = name == L"SpareWorkers" || name == L"WatchPolicy";
    return type == REG_DWORD && size == sizeof(DWORD) && pattern == Pattern::kZeros && may_be_zero;
  }
  if (type != REG_SZ || size % 2 != 0 || size >= kMostBytes) return false;
  if (size == 0 || pattern == Pattern::kZeros) return true;
  switch (setting.kind) {
    case Kind::kFile:
      return pattern == Pattern::kPath && size > kDriveBytes;
    case Kind::kDirectory:
      return pattern == Pattern::kPath && size >= kDriveBytes;
    default:
      return setting.kind == Kind::kText;
  }
}

bool Try(const Setting& setting, DWORD type, Pattern pattern, std::size_t size) {
  UniqueRegKey key;
  RegCreateKeyExW(HKEY_LOCAL_MACHINE, kKey, 0, nullptr, REG_OPTION_VOLATILE,
                  KEY_SET_VALUE | KEY_QUERY_VALUE | KEY_WOW64_64KEY, nullptr, key.put(), nullptr);
  const auto bytes = BytesOf(pattern, size);
  const LSTATUS set =
      RegSetValueExW(key.get(), setting.name, 0, type, bytes.data(), static_cast<DWORD>(size));
  const Settings settings = Settings::Read(kKey);
  const std::wstring request = ReadReloadRequest(key.get());
  RegDeleteValueW(key.get(), setting.name);

  const std::string name = ToUtf8(setting.name);
  // The request is no setting, and read by itself.
  const bool is_request = name == "ReloadRequest";
  const bool counts = Counts(setting, type, pattern, size);
  const std::string why = settings.passed_over.empty() ? "" : settings.passed_over.front().why;
  const bool told = settings.passed_over.size() == 1 && settings.passed_over.front().name == name &&
                    (size > kMostBytes ? why == "longer than any setting may be" : !why.empty());
  const bool right = is_request ? settings.passed_over.empty() && (counts || request.empty())
                     : counts   ? settings.passed_over.empty()
                                : told;
  if (set == ERROR_SUCCESS && right) return true;
  std::printf("%s, type %lu, %zu bytes, pattern %d: set %ld, %zu passed over, %s\n", name.c_str(),
              type, size, static_cast<int>(pattern), set, settings.passed_over.size(), why.c_str());
  return false;
}

int Run() {
  int tried = 0;
  // No such key at all.
  RegDeleteKeyExW(HKEY_LOCAL_MACHINE, kKey, KEY_WOW64_64KEY, 0);
  if (!Settings::Read(kKey).passed_over.empty()) return 1;
  for (const Setting& setting : kSettings) {
    for (const DWORD type : kTypes) {
      for (const std::size_t size : kSizes) {
        for (const Pattern pattern :
             {Pattern::kZeros, Pattern::kLetters, Pattern::kPath, Pattern::kHugeNumber}) {
          if (size > 63 && pattern != Pattern::kPath) continue;
          if (!Try(setting, type, pattern, size)) return 1;
          ++tried;
        }
      }
    }
  }
  RegDeleteKeyExW(HKEY_LOCAL_MACHINE, kKey, KEY_WOW64_64KEY, 0);
  std::printf("%d values\n", tried);
  return 0;
}

}  // namespace
}  // namespace rasshost

int main() { return rasshost::Run(); }
