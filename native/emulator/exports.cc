// SPDX-License-Identifier: MIT
// The entry points of rasman.dll.
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "emulator/command_line.h"
#include "emulator/emulated_service.h"
#include "emulator/emulation.h"
#include "emulator/emulator_api.h"
#include "windows/ras_interface.h"
#include "windows/utf.h"

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

int WINAPI RasServerRun(int argc, const wchar_t* const* argv) {
  std::vector<std::string> arguments;
  for (int i = 1; i < argc; ++i) arguments.push_back(rasshost::ToUtf8(argv[i]));
  const auto read = rasshost::ReadCommandLine(arguments);
  if (const int* const exit_code = std::get_if<int>(&read)) return *exit_code;
  const auto& options = std::get<rasshost::EmulatorOptions>(read);
  if (options.service) return rasshost::EmulatedService::Run(std::move(arguments));
  return Emulation::Run(options, nullptr);
}

BOOL WINAPI RasServerIsHeld() { return Emulation::is_held(); }

void WINAPI RasServerStop() { Emulation::RequestStop(); }
}
