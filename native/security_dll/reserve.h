// SPDX-License-Identifier: MIT
// Memory that is set aside for exceptions.
#pragma once

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>

namespace rasshost {

// Blocks of one size, for any thread, without a lock. Without memory for an exception mingw's
// runtime ends the process, so that std::bad_alloc could not be thrown when there is none. It has a
// reserve as well, but allocates it when the DLL is loaded, and goes without if it gets none then.
class Reserve {
 public:
  static constexpr std::size_t kBlockBytes = 2048;

  // Null when it is more than a block, or when all are taken.
  void* Take(std::size_t bytes) noexcept {
    if (bytes > kBlockBytes) return nullptr;
    for (std::size_t word = 0; word < taken_.size(); ++word) {
      std::uint64_t taken = taken_[word];
      while (~taken != 0) {
        const std::uint64_t lowest_free = ~taken & (taken + 1);
        if (!taken_[word].compare_exchange_weak(taken, taken | lowest_free)) continue;
        return blocks_[word * 64 + static_cast<std::size_t>(__builtin_ctzll(lowest_free))].data();
      }
    }
    return nullptr;
  }

  bool Owns(const void* memory) const noexcept {
    const auto offset = Offset(memory);
    return offset < sizeof(blocks_);
  }

  void Release(void* memory) noexcept {
    const std::size_t block = Offset(memory) / kBlockBytes;
    taken_[block / 64] &= ~(std::uint64_t{1} << (block % 64));
  }

 private:
  std::size_t Offset(const void* memory) const noexcept {
    return reinterpret_cast<std::uintptr_t>(memory) -
           reinterpret_cast<std::uintptr_t>(blocks_.data());
  }

  static constexpr std::size_t kBlocks = 64;
  using Block = std::array<std::byte, kBlockBytes>;

  std::array<std::atomic<std::uint64_t>, kBlocks / 64> taken_{};
  alignas(16) std::array<Block, kBlocks> blocks_{};
};

}  // namespace rasshost
