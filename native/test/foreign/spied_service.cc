// SPDX-License-Identifier: MIT
#include "test/foreign/spied_service.h"

#include <mutex>
#include <string>

#include "test/foreign/spy_record.h"

namespace rasshost {

namespace {

// Its address is the handle of the service.
int spied_service = 0;

}  // namespace

SC_HANDLE WINAPI SpyOpenServiceW(SC_HANDLE manager, LPCWSTR name, DWORD access) {
  if (Environment(L"SPY_SERVICE").empty() || std::wstring(name) != L"RemoteAccess") {
    return OpenServiceW(manager, name, access);
  }
  return reinterpret_cast<SC_HANDLE>(&spied_service);
}

BOOL WINAPI SpyQueryServiceStatusEx(SC_HANDLE service, SC_STATUS_TYPE kind, LPBYTE status,
                                    DWORD size, LPDWORD needed) {
  if (service != reinterpret_cast<SC_HANDLE>(&spied_service)) {
    return QueryServiceStatusEx(service, kind, status, size, needed);
  }
  static std::once_flag first;
  std::call_once(first, [] { Note(JsonLine().Text("first", "look at the service")); });
  const std::wstring silence = Environment(L"SPY_MANAGER");
  if (Exists(silence)) Note(JsonLine().Text("call", "QueryServiceStatusEx"));
  while (Exists(silence)) Sleep(10);
  const DWORD here = GetCurrentProcessId();
  const DWORD system_itself = 4;
  auto& answer = *reinterpret_cast<SERVICE_STATUS_PROCESS*>(status);
  answer = {};
  WIN32_FILE_ATTRIBUTE_DATA file{};
  if (!GetFileAttributesExW(Environment(L"SPY_SERVICE").c_str(), GetFileExInfoStandard, &file)) {
    answer.dwCurrentState = SERVICE_RUNNING;
    answer.dwProcessId = here;
  } else if (file.nFileSizeLow == 0) {
    answer.dwCurrentState = SERVICE_STOPPED;
  } else if (file.nFileSizeLow == 1) {
    answer.dwCurrentState = SERVICE_STOP_PENDING;
    answer.dwProcessId = here;
  } else {
    answer.dwCurrentState = SERVICE_RUNNING;
    answer.dwProcessId = system_itself;
  }
  return TRUE;
}

}  // namespace rasshost
