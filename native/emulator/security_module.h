// SPDX-License-Identifier: MIT
// The security DLL: found through the registry or by path, loaded once, never unloaded.
#pragma once

#include <optional>
#include <string>
#include <variant>

#include "windows/ras_interface.h"

namespace rasshost {

using BeginFunction = DWORD(WINAPI*)(HPORT, PBYTE, DWORD, PBYTE, DWORD, CompleteFunction);
using EndFunction = DWORD(WINAPI*)(HPORT);

struct SecurityModule {
  std::string path;
  BeginFunction begin = nullptr;
  EndFunction end = nullptr;
};

struct LoadFailure {
  std::string message;
};

struct NotRegistered {};

// DLLPath of HKLM\SOFTWARE\Microsoft\RAS\SecurityHost, or that there is none (EM-01, EM-02).
std::variant<std::string, NotRegistered, LoadFailure> ReadRegisteredPath();

// `path` is UTF-8: a full path, or a name on the system's path.
std::variant<SecurityModule, LoadFailure> LoadSecurityModule(const std::string& path);

}  // namespace rasshost
