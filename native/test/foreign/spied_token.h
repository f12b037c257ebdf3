// SPDX-License-Identifier: MIT
// What the other security DLL asks for when it makes a worker's token.
#pragma once

#include <windows.h>

namespace rasshost {

BOOL WINAPI SpyLogonUserW(LPCWSTR user, LPCWSTR domain, LPCWSTR password, DWORD type,
                          DWORD provider, PHANDLE token);
BOOL WINAPI SpyCreateRestrictedToken(HANDLE whole, DWORD flags, DWORD disable_count,
                                     PSID_AND_ATTRIBUTES disable, DWORD delete_count,
                                     PLUID_AND_ATTRIBUTES remove, DWORD restrict_count,
                                     PSID_AND_ATTRIBUTES restrict, PHANDLE restricted);
BOOL WINAPI SpySetTokenInformation(HANDLE token, TOKEN_INFORMATION_CLASS kind, LPVOID value,
                                   DWORD size);

}  // namespace rasshost
