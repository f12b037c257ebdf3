// SPDX-License-Identifier: MIT
#include "security_dll/rasman.h"

#include "common/unique_handle.h"
#include "security_dll/guarded.h"

namespace rasshost {
namespace {

template <typename Function>
bool LookUp(HMODULE module, const char* name, Function& function) noexcept {
  // By way of void*, because a direct cast between function types is a warning, and rightly so.
  function = reinterpret_cast<Function>(reinterpret_cast<void*>(GetProcAddress(module, name)));
  return function != nullptr;
}

}  // namespace

Rasman Rasman::Load() {
  // In the RAS service the module is there already. Else only the system directory may provide it:
  // a search of the current directory or PATH would let a stranger's file into the service.
  UniqueModule module;
  if (!GetModuleHandleExW(0, L"Rasman.dll", module.put())) {
    module.reset(LoadLibraryExW(L"Rasman.dll", nullptr, LOAD_LIBRARY_SEARCH_SYSTEM32));
  }
  if (!module) throw SystemError{ERROR_DLL_NOT_FOUND};

  Rasman found;
  if (!LookUp(module.get(), "RasSecurityDialogSend", found.send) ||
      !LookUp(module.get(), "RasSecurityDialogReceive", found.receive) ||
      !LookUp(module.get(), "RasSecurityDialogGetInfo", found.get_info)) {
    throw SystemError{ERROR_PROC_NOT_FOUND};
  }
  module.release();
  return found;
}

}  // namespace rasshost
