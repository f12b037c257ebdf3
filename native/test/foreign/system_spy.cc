// SPDX-License-Identifier: MIT
// A security DLL that is another one with a spy between it and the system: what the other one asks
// for is written down, and refused where the environment says so. Wine grants nearly everything and
// enforces little of it, so what is asked for is what can be tested.
//
// SPY_DLL     path of the other security DLL
// SPY_FILE    where what it asks for goes: JSON, a line each
// SPY_REFUSE  the function that fails
// SPY_ERROR   the error that it fails with, a number; not set: ERROR_ACCESS_DENIED
// SPY_UNREADABLE the value of the registry that can't be read
// SPY_CLOCK   a file: the time since the system's start is ahead by a minute for each of its bytes
//
// More in the headers of what is spied on, spied_*.h.
#include <windows.h>

#include <array>
#include <string>

#include "test/foreign/other_security_dll.h"
#include "test/foreign/spied_account.h"
#include "test/foreign/spied_events.h"
#include "test/foreign/spied_process.h"
#include "test/foreign/spied_service.h"
#include "test/foreign/spied_token.h"
#include "test/foreign/spy_record.h"
#include "windows/ras_interface.h"

namespace rasshost {
namespace {

ULONGLONG WINAPI SpyGetTickCount64() {
  WIN32_FILE_ATTRIBUTE_DATA file{};
  GetFileAttributesExW(Environment(L"SPY_CLOCK").c_str(), GetFileExInfoStandard, &file);
  return GetTickCount64() + file.nFileSizeLow * ULONGLONG{60'000};
}

LSTATUS WINAPI SpyRegNotifyChangeKeyValue(HKEY key, BOOL subtree, DWORD filter, HANDLE event,
                                          BOOL asynchronous) {
  if (Denied(L"RegNotifyChangeKeyValue")) return ERROR_ACCESS_DENIED;
  return RegNotifyChangeKeyValue(key, subtree, filter, event, asynchronous);
}

LSTATUS WINAPI SpyRegOpenKeyExW(HKEY key, LPCWSTR name, DWORD options, REGSAM access,
                                PHKEY opened) {
  if (Denied(L"RegOpenKeyExW")) return ERROR_ACCESS_DENIED;
  return RegOpenKeyExW(key, name, options, access, opened);
}

LSTATUS WINAPI SpyRegQueryValueExW(HKEY key, LPCWSTR name, LPDWORD reserved, LPDWORD type,
                                   LPBYTE data, LPDWORD size) {
  if (Environment(L"SPY_UNREADABLE") == name) return ERROR_ACCESS_DENIED;
  return RegQueryValueExW(key, name, reserved, type, data, size);
}

#define SPIED(name) \
  Replacement { #name, Address(Spy##name) }

const std::array kReplacements{SPIED(RegOpenKeyExW),
                               SPIED(RegQueryValueExW),
                               SPIED(GetTokenInformation),
                               SPIED(GetSecurityInfo),
                               SPIED(GetFileInformationByHandle),
                               SPIED(CreateDirectoryW),
                               SPIED(LogonUserW),
                               SPIED(CreateRestrictedToken),
                               SPIED(SetTokenInformation),
                               SPIED(IsProcessInJob),
                               SPIED(SetInformationJobObject),
                               SPIED(OpenServiceW),
                               SPIED(QueryServiceStatusEx),
                               SPIED(RegisterEventSourceW),
                               SPIED(ReportEventW),
                               SPIED(RegNotifyChangeKeyValue),
                               SPIED(GetTickCount64),
                               SPIED(UpdateProcThreadAttribute),
                               SPIED(CreateProcessAsUserW)};

const OtherSecurityDll& Other() {
  static const OtherSecurityDll other(Environment(L"SPY_DLL"), kReplacements);
  return other;
}

}  // namespace
}  // namespace rasshost

extern "C" {

DWORD WINAPI RasSecurityDialogBegin(HPORT port, PBYTE send_buffer, DWORD send_size,
                                    PBYTE receive_buffer, DWORD receive_size,
                                    VOID(WINAPI* complete)(SECURITY_MESSAGE*)) {
  const auto& other = rasshost::Other();
  const rasshost::CalledByServer called_by_server;
  return other.Begin(port, send_buffer, send_size, receive_buffer, receive_size, complete);
}

DWORD WINAPI RasSecurityDialogEnd(HPORT port) {
  const rasshost::CalledByServer called_by_server;
  return rasshost::Other().End(port);
}
}
