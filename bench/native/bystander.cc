// SPDX-License-Identifier: MIT
// A security DLL that keeps nothing at all: it sends the first prompt and waits for End. What a
// call costs with it is the RAS server's own share.
#include <string_view>

#include "test/foreign/rasman_functions.h"
#include "windows/ras_interface.h"

extern "C" {

DWORD WINAPI RasSecurityDialogBegin(HPORT port, PBYTE send_buffer, DWORD, PBYTE, DWORD,
                                    VOID(WINAPI*)(SECURITY_MESSAGE*)) {
  using namespace rasshost;
  if (const DWORD error = Rasman().error()) return error;
  constexpr std::string_view kPrompt = "User name: ";
  kPrompt.copy(reinterpret_cast<char*>(send_buffer), kPrompt.size());
  Rasman().send(port, send_buffer, static_cast<WORD>(kPrompt.size()));
  return NO_ERROR;
}

DWORD WINAPI RasSecurityDialogEnd(HPORT) { return ERROR_PORT_DISCONNECTED; }
}
