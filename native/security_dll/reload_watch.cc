// SPDX-License-Identifier: MIT
#include "security_dll/reload_watch.h"

#include <utility>

#include "security_dll/guarded.h"
#include "security_dll/settings.h"
#include "security_dll/short_text.h"

namespace rasshost {
namespace {

// Zero while there is no such file.
FILETIME TimeOf(const std::wstring& file) noexcept {
  WIN32_FILE_ATTRIBUTE_DATA data{};
  if (!GetFileAttributesExW(file.c_str(), GetFileExInfoStandard, &data)) return {};
  return data.ftLastWriteTime;
}

}  // namespace

void ReloadWatch::WatchRequests() {
  if (watching_) return;
  if (!key_event_) key_event_.reset(CreateEventW(nullptr, FALSE, FALSE, nullptr));
  if (!key_wait_) key_wait_.reset(CreateThreadpoolWait(KeyChanged, this, nullptr));
  if (!key_event_ || !key_wait_) return TellUnwatched(GetLastError());
  const LSTATUS opened = RegOpenKeyExW(HKEY_LOCAL_MACHINE, kSettingsKey, 0,
                                       KEY_QUERY_VALUE | KEY_NOTIFY | KEY_WOW64_64KEY, key_.put());
  if (opened != ERROR_SUCCESS) return TellUnwatched(static_cast<DWORD>(opened));
  const LSTATUS armed = ArmKey();
  request_ = ReadReloadRequest(key_.get());
  AwaitKey(armed);
}

LSTATUS ReloadWatch::ArmKey() noexcept {
  // Thread agnostic: a thread of the pool may end at any time, and would take the request with it.
  return RegNotifyChangeKeyValue(key_.get(), FALSE,
                                 REG_NOTIFY_CHANGE_LAST_SET | REG_NOTIFY_THREAD_AGNOSTIC,
                                 key_event_.get(), TRUE);
}

void ReloadWatch::AwaitKey(LSTATUS armed) noexcept {
  if (armed == ERROR_SUCCESS) {
    watching_ = true;
    SetThreadpoolWait(key_wait_.get(), key_event_.get(), nullptr);
  } else {
    TellUnwatched(static_cast<DWORD>(armed));
    watching_ = false;
  }
}

void ReloadWatch::TellUnwatched(DWORD error) noexcept {
  reports_.Write({"requests to reload go unnoticed until another worker is started: error ",
                  ShortText<10>(error)});
}

void CALLBACK ReloadWatch::KeyChanged(PTP_CALLBACK_INSTANCE, void* context, PTP_WAIT,
                                      TP_WAIT_RESULT) noexcept {
  auto* const watch = static_cast<ReloadWatch*>(context);
  // First, so that no change falls between the look and the next wait.
  const LSTATUS armed = watch->ArmKey();
  // Without memory: the next change is looked at again.
  const bool wanted = Guarded([&] { return watch->IsNewRequest(); }, [](DWORD) { return false; });
  // Last, since the next callback may come at once.
  watch->AwaitKey(armed);
  if (wanted) watch->listener_.OnReloadWanted();
}

bool ReloadWatch::IsNewRequest() {
  std::wstring request = ReadReloadRequest(key_.get());
  if (request.empty() || request == request_) return false;
  request_ = std::move(request);
  return true;
}

void ReloadWatch::WatchFile(const std::wstring& path) {
  const std::lock_guard guard(file_lock_);
  if (path == file_ && (directory_ || path.empty())) return;
  if (!directory_wait_)
    directory_wait_.reset(CreateThreadpoolWait(DirectoryChanged, this, nullptr));
  if (!directory_wait_) return;
  SetThreadpoolWait(directory_wait_.get(), nullptr, nullptr);
  directory_.reset();
  file_ = path;
  const std::size_t end = file_.find_last_of(L"\\/");
  if (end == std::wstring::npos) return;
  // Editors write the file, or write another and rename it.
  directory_.reset(
      FindFirstChangeNotificationW(file_.substr(0, end + 1).c_str(), FALSE,
                                   FILE_NOTIFY_CHANGE_LAST_WRITE | FILE_NOTIFY_CHANGE_FILE_NAME));
  file_time_ = TimeOf(file_);
  if (directory_) SetThreadpoolWait(directory_wait_.get(), directory_.get(), nullptr);
}

void CALLBACK ReloadWatch::DirectoryChanged(PTP_CALLBACK_INSTANCE, void* context, PTP_WAIT,
                                            TP_WAIT_RESULT) noexcept {
  auto* const watch = static_cast<ReloadWatch*>(context);
  if (watch->IsNewFile()) watch->listener_.OnReloadWanted();
}

bool ReloadWatch::IsNewFile() noexcept {
  const std::lock_guard guard(file_lock_);
  // It may be the last call for a directory that is not watched any more.
  if (!directory_) return false;
  if (FindNextChangeNotification(directory_.get())) {
    SetThreadpoolWait(directory_wait_.get(), directory_.get(), nullptr);
  }
  const FILETIME time = TimeOf(file_);
  const bool is_there = time.dwLowDateTime != 0 || time.dwHighDateTime != 0;
  if (!is_there || CompareFileTime(&time, &file_time_) == 0) return false;
  file_time_ = time;
  return true;
}

}  // namespace rasshost
