// SPDX-License-Identifier: MIT
// Puts functions of ours in the place of some that another module of this process imports.
#pragma once

#include <windows.h>

#include <cstdint>
#include <string_view>

namespace rasshost {

// From now on `module` calls `replacement` for what it imports as `name`. Null when it imports
// nothing of that name, else what it has called until now.
inline void* ReplaceImport(HMODULE module, std::string_view name, void* replacement) noexcept {
  const auto base = reinterpret_cast<std::uintptr_t>(module);
  const auto at = [base](DWORD offset) { return base + offset; };
  const auto* const dos = reinterpret_cast<const IMAGE_DOS_HEADER*>(base);
  const auto* const headers =
      reinterpret_cast<const IMAGE_NT_HEADERS*>(at(static_cast<DWORD>(dos->e_lfanew)));
  const DWORD imports =
      headers->OptionalHeader.DataDirectory[IMAGE_DIRECTORY_ENTRY_IMPORT].VirtualAddress;
  for (auto* from = reinterpret_cast<const IMAGE_IMPORT_DESCRIPTOR*>(at(imports)); from->Name != 0;
       ++from) {
    auto* names = reinterpret_cast<const IMAGE_THUNK_DATA*>(at(from->OriginalFirstThunk));
    auto* slot = reinterpret_cast<IMAGE_THUNK_DATA*>(at(from->FirstThunk));
    for (; names->u1.AddressOfData != 0; ++names, ++slot) {
      if (IMAGE_SNAP_BY_ORDINAL(names->u1.Ordinal)) continue;
      const auto* const import = reinterpret_cast<const IMAGE_IMPORT_BY_NAME*>(
          at(static_cast<DWORD>(names->u1.AddressOfData)));
      if (name != reinterpret_cast<const char*>(import->Name)) continue;
      DWORD protection = 0;
      if (!VirtualProtect(slot, sizeof(*slot), PAGE_READWRITE, &protection)) return nullptr;
      void* const original = reinterpret_cast<void*>(slot->u1.Function);
      slot->u1.Function = reinterpret_cast<std::uintptr_t>(replacement);
      VirtualProtect(slot, sizeof(*slot), protection, &protection);
      return original;
    }
  }
  return nullptr;
}

}  // namespace rasshost
