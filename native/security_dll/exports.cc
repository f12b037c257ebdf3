// SPDX-License-Identifier: MIT
// The two entry points that the RAS server looks up. Nothing may unwind into it.
//
// Once loaded, the DLL stays: callbacks of the thread pool outlive every order of destruction, and
// each load anew would cost what the C++ library keeps for good.
#include <new>

#include "security_dll/security_host.h"

using rasshost::SecurityHost;

extern "C" BOOL WINAPI DllMain(HINSTANCE, DWORD reason, void*) {
  if (reason != DLL_PROCESS_ATTACH) return TRUE;
  HMODULE pinned = nullptr;
  return GetModuleHandleExW(
      GET_MODULE_HANDLE_EX_FLAG_PIN | GET_MODULE_HANDLE_EX_FLAG_FROM_ADDRESS,
      reinterpret_cast<const wchar_t*>(reinterpret_cast<const void*>(&RasSecurityDialogBegin)),
      &pinned);
}

DWORD WINAPI RasSecurityDialogBegin(HPORT port, PBYTE send_buffer, DWORD send_size,
                                    PBYTE receive_buffer, DWORD receive_size,
                                    VOID(WINAPI* complete)(SECURITY_MESSAGE*)) {
  try {
    return SecurityHost::Instance().Begin(
        {port, send_buffer, send_size, receive_buffer, receive_size, complete});
  } catch (const std::bad_alloc&) {
    return ERROR_OUTOFMEMORY;
  }
}

DWORD WINAPI RasSecurityDialogEnd(HPORT port) {
  try {
    return SecurityHost::Instance().End(port);
  } catch (const std::bad_alloc&) {
    // Not even Begin has succeeded, so there is no transaction.
    return ERROR_PORT_DISCONNECTED;
  }
}
