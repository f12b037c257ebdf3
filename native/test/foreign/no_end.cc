// SPDX-License-Identifier: MIT
// A security DLL without RasSecurityDialogEnd.
#include "windows/ras_interface.h"

extern "C" DWORD WINAPI RasSecurityDialogBegin(HPORT, PBYTE, DWORD, PBYTE, DWORD,
                                               VOID(WINAPI*)(SECURITY_MESSAGE*)) {
  return ERROR_CALL_NOT_IMPLEMENTED;
}
