// SPDX-License-Identifier: MIT
#include "test/foreign/other_security_dll.h"

#include <cstdio>

#include "test/foreign/imports.h"

namespace rasshost {

OtherSecurityDll::OtherSecurityDll(const std::wstring& path,
                                   std::span<const Replacement> replacements) {
  const HMODULE dll = LoadLibraryW(path.c_str());
  if (dll == nullptr) return;
  for (const Replacement& replacement : replacements) {
    if (ReplaceImport(dll, replacement.name, replacement.function) != nullptr) continue;
    std::fprintf(stderr, "%ls does not import %s\n", path.c_str(), replacement.name);
    return;
  }
  begin_ = reinterpret_cast<decltype(begin_)>(
      reinterpret_cast<void*>(GetProcAddress(dll, "RasSecurityDialogBegin")));
  end_ = reinterpret_cast<decltype(end_)>(
      reinterpret_cast<void*>(GetProcAddress(dll, "RasSecurityDialogEnd")));
}

}  // namespace rasshost
