// SPDX-License-Identifier: MIT
#include "security_dll/worker_environment.h"

#include <windows.h>

#include <algorithm>
#include <array>
#include <memory>
#include <string_view>

namespace rasshost {
namespace {

using Block = std::vector<wchar_t>;

void Append(Block& block, std::wstring_view entry) {
  block.insert(block.end(), entry.begin(), entry.end());
  block.push_back(L'\0');
}

constexpr std::array<std::wstring_view, 4> kDropped{L"NODE_", L"JITI_", L"OPENSSL_", L"RASSHOST_"};

bool IsDropped(const wchar_t* entry) {
  return std::any_of(kDropped.begin(), kDropped.end(), [entry](std::wstring_view prefix) {
    return _wcsnicmp(entry, prefix.data(), prefix.size()) == 0;
  });
}

Block MostOfOurs() {
  const std::unique_ptr<wchar_t, decltype(&FreeEnvironmentStringsW)> all(GetEnvironmentStringsW(),
                                                                         FreeEnvironmentStringsW);
  Block kept;
  for (const wchar_t* at = all.get(); at != nullptr && *at != L'\0';) {
    const std::wstring_view entry(at);
    if (!IsDropped(at)) Append(kept, entry);
    at += entry.size() + 1;
  }
  return kept;
}

struct Variable {
  std::wstring_view name;
  bool own;  // the worker's directory, instead of what it is here
};

// In the order that Windows wants them in.
constexpr std::array<Variable, 14> kAllowed{{{L"APPDATA", true},
                                             {L"COMPUTERNAME", false},
                                             {L"LOCALAPPDATA", true},
                                             {L"NUMBER_OF_PROCESSORS", false},
                                             {L"OS", false},
                                             {L"PROCESSOR_ARCHITECTURE", false},
                                             {L"ProgramData", false},
                                             {L"ProgramFiles", false},
                                             {L"SystemDrive", false},
                                             {L"SystemRoot", false},
                                             {L"TEMP", true},
                                             {L"TMP", true},
                                             {L"USERPROFILE", true},
                                             {L"windir", false}}};

std::wstring Value(const wchar_t* name) {
  std::wstring value(GetEnvironmentVariableW(name, nullptr, 0), L'\0');
  // Another thread may have made it longer meanwhile: then it is left out.
  const DWORD length =
      GetEnvironmentVariableW(name, value.data(), static_cast<DWORD>(value.size()));
  value.resize(length < value.size() ? length : 0);
  return value;
}

Block FewOfOurs(const std::wstring& own_directory) {
  Block block;
  for (const auto& [name, own] : kAllowed) {
    const std::wstring value = own ? own_directory : Value(name.data());
    if (!value.empty()) Append(block, std::wstring(name) + L"=" + value);
  }
  return block;
}

}  // namespace

std::vector<wchar_t> WorkerEnvironment(WorkerToken kind, const std::wstring& own_directory) {
  Block block = kind == WorkerToken::kSame ? MostOfOurs() : FewOfOurs(own_directory);
  block.push_back(L'\0');
  return block;
}

}  // namespace rasshost
