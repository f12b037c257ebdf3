// SPDX-License-Identifier: MIT
// What the other security DLL writes to the event log.
//
// SPY_EVENTS  as long as there is such a file, the event log takes no entry
#pragma once

#include <windows.h>

namespace rasshost {

// For as long as it lives, what this thread asks for counts as asked for in a Begin or End.
class CalledByServer {
 public:
  CalledByServer() noexcept;
  ~CalledByServer();
  CalledByServer(const CalledByServer&) = delete;
  CalledByServer& operator=(const CalledByServer&) = delete;
};

HANDLE WINAPI SpyRegisterEventSourceW(LPCWSTR server, LPCWSTR source);
BOOL WINAPI SpyReportEventW(HANDLE log, WORD type, WORD category, DWORD id, PSID user, WORD count,
                            DWORD size, LPCWSTR* strings, LPVOID data);

}  // namespace rasshost
