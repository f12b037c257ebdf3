// SPDX-License-Identifier: MIT
// With mingw-w64, the linker has what is linked into this DLL call these in place of malloc and its
// like (CMakeLists.txt): the runtime's own allocations fall back on the reserve. Ours don't: they
// are made by operator new, which throws.
#include <malloc.h>

#include <algorithm>
#include <cstdlib>
#include <cstring>
#include <new>

#include "security_dll/reserve.h"

namespace rasshost {
namespace {

constinit Reserve reserve;

}  // namespace
}  // namespace rasshost

extern "C" {

void* __real_malloc(std::size_t size);
void* __real_calloc(std::size_t count, std::size_t size);
void* __real_realloc(void* memory, std::size_t size);
void __real_free(void* memory);

void* __wrap_malloc(std::size_t size) {
  void* const memory = __real_malloc(size);
  return memory != nullptr ? memory : rasshost::reserve.Take(size);
}

void* __wrap_calloc(std::size_t count, std::size_t size) {
  void* const memory = __real_calloc(count, size);
  if (memory != nullptr || count == 0 || size > rasshost::Reserve::kBlockBytes / count)
    return memory;
  void* const block = rasshost::reserve.Take(count * size);
  return block == nullptr ? nullptr : std::memset(block, 0, rasshost::Reserve::kBlockBytes);
}

void __wrap_free(void* memory) {
  if (rasshost::reserve.Owns(memory)) return rasshost::reserve.Release(memory);
  __real_free(memory);
}

void* __wrap_realloc(void* memory, std::size_t size) {
  const bool is_reserved = rasshost::reserve.Owns(memory);
  if (is_reserved && size <= rasshost::Reserve::kBlockBytes) return memory;
  if (!is_reserved) {
    if (void* const moved = __real_realloc(memory, size)) return moved;
  }
  void* const larger = __wrap_malloc(size);
  if (larger == nullptr || memory == nullptr) return larger;
  const std::size_t had = is_reserved ? rasshost::Reserve::kBlockBytes : _msize(memory);
  std::memcpy(larger, memory, std::min(had, size));
  __wrap_free(memory);
  return larger;
}
}

void* operator new(std::size_t size) {
  if (void* const memory = __real_malloc(size == 0 ? 1 : size)) return memory;
  throw std::bad_alloc();
}
void* operator new(std::size_t size, const std::nothrow_t&) noexcept {
  return __real_malloc(size == 0 ? 1 : size);
}
void operator delete(void* memory) noexcept { __real_free(memory); }
void operator delete(void* memory, std::size_t) noexcept { __real_free(memory); }
