// SPDX-License-Identifier: MIT
#include "emulator/guarded_buffer.h"

#include <algorithm>
#include <new>

namespace rasshost {
namespace {

constexpr BYTE kCanary = 0xa5;

std::size_t PageSize() noexcept {
  SYSTEM_INFO info;
  GetSystemInfo(&info);
  return info.dwPageSize;
}

}  // namespace

GuardedBuffer::GuardedBuffer(std::size_t size) : size_(size) {
  const std::size_t page = PageSize();
  accessible_ = (size / page + 1) * page;  // always room for canaries in front
  pages_.reset(VirtualAlloc(nullptr, accessible_ + page, MEM_RESERVE, PAGE_NOACCESS));
  if (!pages_ || !VirtualAlloc(pages_.get(), accessible_, MEM_COMMIT, PAGE_READWRITE)) {
    throw std::bad_alloc();
  }
  BYTE* const front = static_cast<BYTE*>(pages_.get());
  data_ = front + accessible_ - size;
  std::fill(front, data_, kCanary);
}

bool GuardedBuffer::IsZero() const noexcept {
  return std::all_of(data_, data_ + size_, [](BYTE byte) { return byte == 0; });
}

bool GuardedBuffer::FrontIsIntact() const noexcept {
  return std::all_of(static_cast<const BYTE*>(pages_.get()), static_cast<const BYTE*>(data_),
                     [](BYTE byte) { return byte == kCanary; });
}

void GuardedBuffer::Retire() noexcept {
  // Decommitted but still reserved: no other allocation can take the addresses.
  VirtualFree(pages_.get(), accessible_, MEM_DECOMMIT);
  retired_ = true;
}

GuardedBuffer::Place GuardedBuffer::Locate(std::uintptr_t address) const noexcept {
  const auto front = reinterpret_cast<std::uintptr_t>(pages_.get());
  if (address < front || address >= front + accessible_ + PageSize()) return Place::kElsewhere;
  return retired_ ? Place::kRetired : Place::kBehind;
}

}  // namespace rasshost
