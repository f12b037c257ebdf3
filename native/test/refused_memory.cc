// SPDX-License-Identifier: MIT
#include "refused_memory.h"

#include <cstdlib>
#include <new>

namespace {

// Of this thread: other tests start some.
thread_local std::size_t live = 0;
thread_local std::size_t asked_for = 0;
thread_local std::size_t refused_at = 0;  // 0: none
thread_local rasshost::Refuses refuses = rasshost::Refuses::kOnce;

bool IsRefused() noexcept {
  if (refused_at == 0) return false;
  ++asked_for;
  return refuses == rasshost::Refuses::kOnce ? asked_for == refused_at : asked_for >= refused_at;
}

}  // namespace

namespace rasshost {

RefusedMemory::RefusedMemory(std::size_t nth, Refuses how) noexcept {
  asked_for = 0;
  refused_at = nth;
  refuses = how;
}
RefusedMemory::~RefusedMemory() { refused_at = 0; }

std::size_t RefusedMemory::asked() const noexcept { return asked_for; }

std::size_t LiveAllocations() noexcept { return live; }

}  // namespace rasshost

void* operator new(std::size_t size) {
  void* const memory = IsRefused() ? nullptr : std::malloc(size == 0 ? 1 : size);
  if (memory == nullptr) throw std::bad_alloc();
  ++live;
  return memory;
}
void operator delete(void* memory) noexcept {
  if (memory != nullptr) --live;
  std::free(memory);
}
void operator delete(void* memory, std::size_t) noexcept { operator delete(memory); }
