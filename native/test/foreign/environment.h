// SPDX-License-Identifier: MIT
// What a foreign security DLL is told by its environment.
#pragma once

#include <windows.h>

#include <string>

namespace rasshost {

// Empty when there is none.
inline std::wstring Environment(const wchar_t* name) {
  std::wstring value(32767, L'\0');
  value.resize(GetEnvironmentVariableW(name, value.data(), static_cast<DWORD>(value.size())));
  return value;
}

inline bool Exists(const std::wstring& file) {
  return GetFileAttributesW(file.c_str()) != INVALID_FILE_ATTRIBUTES;
}

}  // namespace rasshost
