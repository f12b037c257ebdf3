// SPDX-License-Identifier: MIT
// What this process has in use, exactly.
#pragma once

#include <windows.h>
// After windows.h, whose types it uses.
#include <malloc.h>
#include <tlhelp32.h>

#include <cstddef>

#include "test/foreign/process_handles.h"
#include "windows/unique_handle.h"

namespace rasshost {

struct Census {
  int handles = 0;
  std::size_t threads = 0;
  std::size_t blocks = 0;  // of the heaps
};

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
  return {HandlesByProcess()[GetCurrentProcessId()], CountThreads(),
          c_heap == GetProcessHeap() ? blocks : blocks + CountBlocks(c_heap)};
}

}  // namespace rasshost
