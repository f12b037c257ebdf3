// SPDX-License-Identifier: MIT
// ras-server.exe: the emulator of rasman.dll as a program.
#include <windows.h>

#include <string>

#include "emulator/emulator_api.h"
#include "windows/unique_handle.h"

namespace {

// Beside this program and nowhere else, so that the security DLL finds the same one loaded.
std::wstring RasmanPath() {
  std::wstring path(32768, L'\0');
  path.resize(GetModuleFileNameW(nullptr, path.data(), static_cast<DWORD>(path.size())));
  return path.substr(0, path.rfind(L'\\') + 1) + L"rasman.dll";
}

template <typename Function>
Function GetExport(HMODULE module, const char* name) noexcept {
  return reinterpret_cast<Function>(reinterpret_cast<void (*)()>(GetProcAddress(module, name)));
}

int Fail(const std::string& text) {
  DWORD written = 0;
  WriteFile(GetStdHandle(STD_ERROR_HANDLE), text.data(), static_cast<DWORD>(text.size()), &written,
            nullptr);
  return 1;
}

HMODULE Rasman() {
  static const HMODULE module =
      LoadLibraryExW(RasmanPath().c_str(), nullptr, LOAD_WITH_ALTERED_SEARCH_PATH);
  return module;
}

BOOL WINAPI OnConsoleControl(DWORD control) {
  // A service is told whenever any user logs off.
  if (control == CTRL_LOGOFF_EVENT) return TRUE;
  GetExport<decltype(&RasServerStop)>(Rasman(), "RasServerStop")();
  return TRUE;
}

}  // namespace

int wmain(int argc, wchar_t** argv) {
  // No dialog box when the security DLL crashes: the exit code tells.
  SetErrorMode(SEM_FAILCRITICALERRORS | SEM_NOGPFAULTERRORBOX);
  if (Rasman() == nullptr) {
    return Fail("ras-server: the rasman.dll beside this program does not load: error " +
                std::to_string(GetLastError()) + "\n");
  }
  const auto run = GetExport<decltype(&RasServerRun)>(Rasman(), "RasServerRun");
  const auto stop = GetExport<decltype(&RasServerStop)>(Rasman(), "RasServerStop");
  const auto is_held = GetExport<decltype(&RasServerIsHeld)>(Rasman(), "RasServerIsHeld");
  if (run == nullptr || stop == nullptr || is_held == nullptr) {
    return Fail("ras-server: the rasman.dll beside this program is not the emulator's\n");
  }
  SetConsoleCtrlHandler(&OnConsoleControl, TRUE);
  const int code = run(argc, argv);
  if (is_held()) TerminateProcess(GetCurrentProcess(), static_cast<UINT>(code));
  return code;
}
