// SPDX-License-Identifier: MIT
// A buffer that ends at a guard page and becomes inaccessible when its transaction is over.
#pragma once

#include <windows.h>

#include <cstddef>
#include <cstdint>
#include <span>

#include "windows/unique_handle.h"

namespace rasshost {

struct VirtualMemoryPolicy {
  using Type = void*;
  static Type kInvalid() noexcept { return nullptr; }
  static bool IsValid(Type value) noexcept { return value != nullptr; }
  static void Close(Type value) noexcept { VirtualFree(value, 0, MEM_RELEASE); }
};
using UniqueVirtualMemory = UniqueResource<VirtualMemoryPolicy>;

class GuardedBuffer {
 public:
  enum class Place { kElsewhere, kBehind, kRetired };

  // Throws std::bad_alloc.
  explicit GuardedBuffer(std::size_t size);

  BYTE* data() const noexcept { return data_; }
  std::size_t size() const noexcept { return size_; }

  // Whether all of it is zero (secrets were wiped). Not after Retire.
  bool IsZero() const noexcept;
  // Whether nothing was written in front of it. Not after Retire.
  bool FrontIsIntact() const noexcept;
  // From now on every access to the pages raises an access violation.
  void Retire() noexcept;
  // What an access violation at `address` means for this buffer.
  Place Locate(std::uintptr_t address) const noexcept;

 private:
  UniqueVirtualMemory pages_;
  std::size_t accessible_ = 0;  // bytes before the guard page
  BYTE* data_ = nullptr;
  std::size_t size_ = 0;
  bool retired_ = false;
};

}  // namespace rasshost
