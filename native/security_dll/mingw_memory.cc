// SPDX-License-Identifier: MIT
// With mingw-w64, the linker has what is linked into this DLL call these in place of malloc and
// free (CMakeLists.txt): the runtime's exceptions fall back on the reserve. Ours don't: our
// allocations are made by operator new, which throws.
#include <cstdlib>
#include <new>

#include "security_dll/reserve.h"

namespace rasshost {
namespace {

constinit Reserve reserve;

}  // namespace
}  // namespace rasshost

extern "C" {

void* __real_malloc(std::size_t size);
void __real_free(void* memory);

void* __wrap_malloc(std::size_t size) {
  void* const memory = __real_malloc(size);
  return memory != nullptr ? memory : rasshost::reserve.Take(size);
}

void __wrap_free(void* memory) {
  if (rasshost::reserve.Owns(memory)) return rasshost::reserve.Release(memory);
  __real_free(memory);
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
