// SPDX-License-Identifier: MIT
#include "security_dll/settings.h"

#include "common/unique_handle.h"

namespace rasshost {
namespace {

std::wstring ReadText(HKEY key, const wchar_t* name) {
  DWORD size = 0;  // bytes, with the NUL that RegGetValue guarantees
  if (RegGetValueW(key, nullptr, name, RRF_RT_REG_SZ, nullptr, nullptr, &size) != ERROR_SUCCESS) {
    return {};
  }
  std::wstring text(size / sizeof(wchar_t), L'\0');
  if (RegGetValueW(key, nullptr, name, RRF_RT_REG_SZ, nullptr, text.data(), &size) !=
      ERROR_SUCCESS) {
    return {};
  }
  text.resize(size / sizeof(wchar_t) - 1);
  return text;
}

void ReadNumber(HKEY key, const wchar_t* name, DWORD least, DWORD most, DWORD& number) {
  DWORD value = 0;
  DWORD size = sizeof(value);
  if (RegGetValueW(key, nullptr, name, RRF_RT_REG_DWORD, nullptr, &value, &size) == ERROR_SUCCESS &&
      value >= least && value <= most) {
    number = value;
  }
}

}  // namespace

Settings Settings::Read() {
  Settings settings;
  UniqueRegKey key;
  if (RegOpenKeyExW(HKEY_LOCAL_MACHINE, kSettingsKey, 0, KEY_QUERY_VALUE | KEY_WOW64_64KEY,
                    key.put()) != ERROR_SUCCESS) {
    return settings;
  }
  settings.node_path = ReadText(key.get(), L"NodePath");
  settings.worker_path = ReadText(key.get(), L"WorkerPath");
  settings.policy_path = ReadText(key.get(), L"PolicyPath");
  settings.node_arguments = ReadText(key.get(), L"NodeArguments");
  settings.log_path = ReadText(key.get(), L"LogPath");
  settings.tape_directory = ReadText(key.get(), L"TapeDirectory");
  if (ReadText(key.get(), L"Placement") == L"in-process") {
    settings.placement = Placement::kInProcess;
  }
  if (ReadText(key.get(), L"WorkerToken") == L"service") {
    settings.worker_token = WorkerToken::kService;
  }
  ReadNumber(key.get(), L"DialogSeconds", 1, 3600, settings.dialog_seconds);
  ReadNumber(key.get(), L"StartSeconds", 1, 600, settings.start_seconds);
  ReadNumber(key.get(), L"HoldSeconds", 1, 600, settings.hold_seconds);
  ReadNumber(key.get(), L"SilenceSeconds", 2, 600, settings.silence_seconds);
  ReadNumber(key.get(), L"SpareWorkers", 0, 1, settings.spare_workers);
  ReadNumber(key.get(), L"RecycleDialogs", 1, 1'000'000, settings.recycle_dialogs);
  ReadNumber(key.get(), L"RecycleHours", 1, 8'760, settings.recycle_hours);
  ReadNumber(key.get(), L"MemoryMegabytes", 128, 65'536, settings.memory_megabytes);
  ReadNumber(key.get(), L"LogMegabytes", 1, 4'000, settings.log_megabytes);
  ReadNumber(key.get(), L"WatchPolicy", 0, 1, settings.watch_policy);
  return settings;
}

std::wstring ReadReloadRequest(HKEY settings_key) {
  return ReadText(settings_key, L"ReloadRequest");
}

}  // namespace rasshost
