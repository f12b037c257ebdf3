// SPDX-License-Identifier: MIT
// The entry points of rasman.dll.
#include "common/ras_interface.h"
#include "emulator/emulation.h"
#include "emulator/emulator_api.h"

using rasshost::Emulation;

extern "C" {

DWORD WINAPI RasSecurityDialogSend(HPORT port, PBYTE buffer, WORD length) {
  return Emulation::WithServer([=](auto& server) { return server.Send(port, buffer, length); });
}

DWORD WINAPI RasSecurityDialogReceive(HPORT port, PBYTE buffer, PWORD length, DWORD timeout,
                                      HANDLE event) {
  return Emulation::WithServer(
      [=](auto& server) { return server.Receive(port, buffer, length, timeout, event); });
}

DWORD WINAPI RasSecurityDialogGetInfo(HPORT port, RAS_SECURITY_INFO* info) {
  return Emulation::WithServer([=](auto& server) { return server.GetInfo(port, info); });
}

int WINAPI RasServerRun(int argc, const wchar_t* const* argv) { return Emulation::Run(argc, argv); }

BOOL WINAPI RasServerIsHeld() { return Emulation::is_held(); }

void WINAPI RasServerStop() { Emulation::RequestStop(); }
}
