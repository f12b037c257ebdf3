// SPDX-License-Identifier: MIT
// The two entry points that the RAS server looks up. Nothing may unwind into it.
//
// Once loaded, the DLL stays: callbacks of the thread pool outlive every order of destruction, and
// each load anew would cost what the C++ library keeps for good.
#include "security_dll/guarded.h"
#include "security_dll/security_host.h"

using rasshost::Guarded;
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
  return Guarded(
      [&] {
        return SecurityHost::Instance().Begin(
            {port, send_buffer, send_size, receive_buffer, receive_size, complete});
      },
      // There is no transaction; 0 and PENDING would say that there is one (SD-06).
      [](DWORD error) {
        return error == NO_ERROR || error == PENDING ? ERROR_OUTOFMEMORY : error;
      });
}

DWORD WINAPI RasSecurityDialogEnd(HPORT port) {
  return Guarded([&] { return SecurityHost::Instance().End(port); },
                 // Not even Begin has succeeded, so there is no transaction.
                 [](DWORD) { return DWORD{ERROR_PORT_DISCONNECTED}; });
}
