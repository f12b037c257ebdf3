// SPDX-License-Identifier: MIT
#include "security_dll/rasman.h"

#include "common/unique_handle.h"

namespace rasshost {
namespace {

template <typename Function>
bool LookUp(HMODULE module, const char* name, Function& function) noexcept {
  // By way of void*, because a direct cast between function types is a warning, and rightly so.
  function = reinterpret_cast<Function>(reinterpret_cast<void*>(GetProcAddress(module, name)));
  return function != nullptr;
}

}  // namespace

DWORD Rasman::Load() noexcept {
  if (send != nullptr) return NO_ERROR;
  // In the RAS service the module is there already. Else only the system directory may provide it:
  // a search of the current directory or PATH would let a stranger's file into the service.
  UniqueModule module;
  if (!GetModuleHandleExW(0, L"Rasman.dll", module.put())) {
    module.reset(LoadLibraryExW(L"Rasman.dll", nullptr, LOAD_LIBRARY_SEARCH_SYSTEM32));
  }
  if (!module) return ERROR_DLL_NOT_FOUND;

  Rasman found;
  if (!LookUp(module.get(), "RasSecurityDialogSend", found.send) ||
      !LookUp(module.get(), "RasSecurityDialogReceive", found.receive) ||
      !LookUp(module.get(), "RasSecurityDialogGetInfo", found.get_info)) {
    return ERROR_PROC_NOT_FOUND;
  }
  module.release();
  *this = found;
  return NO_ERROR;
}

}  // namespace rasshost
