// SPDX-License-Identifier: MIT
// What the administrator has set under HKLM\SOFTWARE\rasshost (docs/adminregistry.md).
#pragma once

#include <windows.h>

#include <cstddef>
#include <string>
#include <vector>

namespace rasshost {

inline constexpr wchar_t kSettingsKey[] = L"SOFTWARE\\rasshost";

inline constexpr std::size_t Megabytes(DWORD count) noexcept { return std::size_t{count} << 20; }

enum class Placement { kWorker, kInProcess };

// Whose the worker's token is, before it is restricted: LocalService's, or that of this process, on
// a server or in a program that a person runs.
enum class WorkerToken { kService, kRestricted, kSame };

// A value that is there and does not count.
struct PassedOver {
  std::string name;
  std::string why;  // without what is in the value
};

struct Settings {
  std::wstring node_path;  // this and the other paths: full, with a drive, or empty
  std::wstring worker_path;
  std::wstring policy_path;
  std::wstring node_arguments;  // of node.exe itself, as they are
  std::wstring log_path;        // empty: no log
  std::wstring tape_directory;  // empty: no tapes
  Placement placement = Placement::kWorker;
  WorkerToken worker_token = WorkerToken::kService;
  DWORD dialog_seconds = 120;
  DWORD start_seconds = 15;
  DWORD hold_seconds = 10;
  DWORD spare_workers = 1;
  DWORD recycle_dialogs = 10'000;
  DWORD recycle_hours = 24;
  DWORD memory_megabytes = 512;
  DWORD log_megabytes = 10;
  DWORD watch_policy = 0;  // 1: load the policy anew when its file changes
  DWORD silence_seconds = 10;

  std::vector<PassedOver> passed_over;

  // The settings as they are now; what is missing or passed over has its default.
  // Throws std::bad_alloc, and SystemError when the system has no memory.
  static Settings Read(const wchar_t* key = kSettingsKey);
};

// What `rasshost reload` has written last; another text is another request. Throws std::bad_alloc.
std::wstring ReadReloadRequest(HKEY settings_key);

}  // namespace rasshost
