// SPDX-License-Identifier: MIT
// How many handles the processes of this machine have open.
#pragma once

#include <windows.h>

#include <cstddef>
#include <map>
#include <vector>

namespace rasshost {

// GetProcessHandleCount knows nothing under Wine. This is documented only by its use; the layout is
// the same on every version.
using QuerySystemInformation = LONG(WINAPI*)(ULONG kind, void* memory, ULONG size, ULONG* needed);
constexpr ULONG kSystemExtendedHandleInformation = 64;
struct HandleEntry {
  void* object;
  ULONG_PTR process;
  ULONG_PTR value;
  ULONG access;
  USHORT trace_index;
  USHORT type;
  ULONG attributes;
  ULONG reserved;
};
struct HandleTable {
  ULONG_PTR count;
  ULONG_PTR reserved;
  HandleEntry entries[1];
};

// The handles that each process has open, by its id.
inline std::map<ULONG_PTR, int> HandlesByProcess() {
  const auto query = reinterpret_cast<QuerySystemInformation>(reinterpret_cast<void*>(
      GetProcAddress(GetModuleHandleW(L"ntdll.dll"), "NtQuerySystemInformation")));
  std::vector<std::byte> memory(1 << 20);
  while (query(kSystemExtendedHandleInformation, memory.data(), static_cast<ULONG>(memory.size()),
               nullptr) < 0) {
    memory.resize(memory.size() * 2);
  }
  std::map<ULONG_PTR, int> counts;
  const auto* const table = reinterpret_cast<const HandleTable*>(memory.data());
  for (ULONG_PTR i = 0; i < table->count; ++i) ++counts[table->entries[i].process];
  return counts;
}

}  // namespace rasshost
