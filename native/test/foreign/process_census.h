// SPDX-License-Identifier: MIT
// What this process has in use, exactly.
#pragma once

#include <windows.h>
// After windows.h, whose types it uses.
#include <malloc.h>
#include <tlhelp32.h>

#include <cstddef>
#include <vector>

#include "common/unique_handle.h"

namespace rasshost {

struct Census {
  std::size_t handles = 0;
  std::size_t threads = 0;
  std::size_t blocks = 0;  // of the heaps
};

// GetProcessHandleCount knows nothing under Wine. Documented only by its use; the layout is the
// same on every version.
inline std::size_t CountHandles() {
  using QuerySystemInformation = LONG(WINAPI*)(ULONG kind, void* memory, ULONG size, ULONG* needed);
  constexpr ULONG kSystemExtendedHandleInformation = 64;
  struct Entry {
    void* object;
    ULONG_PTR process;
    ULONG_PTR value;
    ULONG access;
    USHORT trace_index;
    USHORT type;
    ULONG attributes;
    ULONG reserved;
  };
  struct Table {
    ULONG_PTR count;
    ULONG_PTR reserved;
    Entry entries[1];
  };
  const auto query = reinterpret_cast<QuerySystemInformation>(reinterpret_cast<void*>(
      GetProcAddress(GetModuleHandleW(L"ntdll.dll"), "NtQuerySystemInformation")));
  std::vector<std::byte> memory(1 << 20);
  while (query(kSystemExtendedHandleInformation, memory.data(), static_cast<ULONG>(memory.size()),
               nullptr) < 0) {
    memory.resize(memory.size() * 2);
  }
  const auto* const table = reinterpret_cast<const Table*>(memory.data());
  std::size_t count = 0;
  for (ULONG_PTR i = 0; i < table->count; ++i) {
    if (table->entries[i].process == GetCurrentProcessId()) ++count;
  }
  return count;
}

inline std::size_t CountThreads() {
  const UniqueHandle snapshot(CreateToolhelp32Snapshot(TH32CS_SNAPTHREAD, 0));
  THREADENTRY32 thread{};
  thread.dwSize = sizeof(thread);
  std::size_t count = 0;
  for (BOOL more = Thread32First(snapshot.get(), &thread); more;
       more = Thread32Next(snapshot.get(), &thread)) {
    if (thread.th32OwnerProcessID == GetCurrentProcessId()) ++count;
  }
  return count;
}

inline std::size_t CountBlocks(HANDLE heap) {
  std::size_t count = 0;
  PROCESS_HEAP_ENTRY entry{};
  HeapLock(heap);
  while (HeapWalk(heap, &entry)) {
    if ((entry.wFlags & PROCESS_HEAP_ENTRY_BUSY) != 0) ++count;
  }
  HeapUnlock(heap);
  return count;
}

inline Census TakeCensus() {
  const auto c_heap = reinterpret_cast<HANDLE>(_get_heap_handle());
  const std::size_t blocks = CountBlocks(GetProcessHeap());
  return {CountHandles(), CountThreads(),
          c_heap == GetProcessHeap() ? blocks : blocks + CountBlocks(c_heap)};
}

}  // namespace rasshost
