// SPDX-License-Identifier: MIT
// Rasman.dll as a security DLL finds it: at run time, by name.
#pragma once

#include "windows/ras_interface.h"

namespace rasshost {

class RasmanFunctions {
 public:
  RasmanFunctions() noexcept : module_(LoadLibraryW(L"Rasman.dll")) {
    if (module_ == nullptr) return;
    Find(send, "RasSecurityDialogSend");
    Find(receive, "RasSecurityDialogReceive");
    Find(get_info, "RasSecurityDialogGetInfo");
  }

  // What Begin returns when something is missing.
  DWORD error() const noexcept {
    if (module_ == nullptr) return ERROR_DLL_NOT_FOUND;
    return send && receive && get_info ? NO_ERROR : ERROR_PROC_NOT_FOUND;
  }

  SendFunction send = nullptr;
  ReceiveFunction receive = nullptr;
  GetInfoFunction get_info = nullptr;

 private:
  template <typename Function>
  void Find(Function& function, const char* name) noexcept {
    function =
        reinterpret_cast<Function>(reinterpret_cast<void (*)()>(GetProcAddress(module_, name)));
  }

  HMODULE module_;
};

// Loaded at the first Begin and kept.
inline const RasmanFunctions& Rasman() noexcept {
  static const RasmanFunctions functions;
  return functions;
}

}  // namespace rasshost
