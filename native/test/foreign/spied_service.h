// SPDX-License-Identifier: MIT
// The RemoteAccess service, as the other security DLL sees it.
//
// SPY_SERVICE this process passes for that of the RemoteAccess service. A file: when it is there,
//             the service has stopped; with one byte in it, is about to; with two, runs in another
//             process
// SPY_MANAGER as long as there is such a file, the service manager does not answer, and only
//             questions of this time are written down
#pragma once

#include <windows.h>

namespace rasshost {

SC_HANDLE WINAPI SpyOpenServiceW(SC_HANDLE manager, LPCWSTR name, DWORD access);
BOOL WINAPI SpyQueryServiceStatusEx(SC_HANDLE service, SC_STATUS_TYPE kind, LPBYTE status,
                                    DWORD size, LPDWORD needed);

}  // namespace rasshost
