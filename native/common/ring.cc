// SPDX-License-Identifier: MIT
#include "common/ring.h"

#include <algorithm>
#include <array>
#include <cstring>

#include "common/frame.h"

namespace rasshost {

RingStatus RingWriter::Write(std::span<const std::byte> frame) noexcept {
  // Room is looked for twice: a consumer that reads everything between the first look and the
  // request would otherwise never hear of the request.
  for (int look = 0; look < 2; ++look) {
    const std::uint32_t used = head_ - memory_.header->tail.load(std::memory_order_seq_cst);
    if (used > memory_.capacity) return RingStatus::kCorrupt;
    if (frame.size() <= memory_.capacity - used) {
      Copy(frame);
      // Sequentially consistent, because the look at `asleep` that follows must not overtake it.
      memory_.header->head.store(head_, std::memory_order_seq_cst);
      return RingStatus::kOk;
    }
    memory_.header->room_wanted.store(1, std::memory_order_seq_cst);
  }
  return RingStatus::kFull;
}

bool RingWriter::TakeAsleep() noexcept {
  return memory_.header->asleep.load(std::memory_order_seq_cst) != 0 &&
         memory_.header->asleep.exchange(0, std::memory_order_seq_cst) != 0;
}

void RingWriter::Copy(std::span<const std::byte> bytes) noexcept {
  const std::uint32_t at = head_ & (memory_.capacity - 1);
  const std::size_t first = std::min<std::size_t>(bytes.size(), memory_.capacity - at);
  std::memcpy(memory_.data + at, bytes.data(), first);
  std::memcpy(memory_.data, bytes.data() + first, bytes.size() - first);
  head_ += static_cast<std::uint32_t>(bytes.size());
}

RingStatus RingReader::Read(std::vector<std::byte>& frame) {
  const std::uint32_t available = memory_.header->head.load(std::memory_order_seq_cst) - tail_;
  if (available == 0) return RingStatus::kEmpty;
  // Frames become visible whole, so a part of one is as wrong as an index out of range.
  if (available > memory_.capacity || available < kFrameHeaderSize) return RingStatus::kCorrupt;

  std::array<std::byte, sizeof(std::uint32_t)> length_bytes;
  Copy(tail_, length_bytes);
  const std::uint32_t length = LoadU32(length_bytes.data());
  if (length < kFrameHeaderSize || length > kMaxFrameSize || length > available) {
    return RingStatus::kCorrupt;
  }
  frame.resize(length);
  Copy(tail_, frame);
  Wipe(tail_, length);
  // The producer may have changed the length meanwhile; ours is the one that was checked.
  StoreU32(frame.data(), length);
  tail_ += length;
  memory_.header->tail.store(tail_, std::memory_order_seq_cst);
  return RingStatus::kOk;
}

bool RingReader::Sleep() noexcept {
  memory_.header->asleep.store(1, std::memory_order_seq_cst);
  if (memory_.header->head.load(std::memory_order_seq_cst) == tail_) return true;
  memory_.header->asleep.store(0, std::memory_order_seq_cst);
  return false;
}

bool RingReader::TakeRoomWanted() noexcept {
  return memory_.header->room_wanted.load(std::memory_order_seq_cst) != 0 &&
         memory_.header->room_wanted.exchange(0, std::memory_order_seq_cst) != 0;
}

void RingReader::Wipe(std::uint32_t from, std::uint32_t size) noexcept {
  const std::uint32_t at = from & (memory_.capacity - 1);
  const std::uint32_t first = std::min(size, memory_.capacity - at);
  std::memset(memory_.data + at, 0, first);
  std::memset(memory_.data, 0, size - first);
}

void RingReader::Copy(std::uint32_t from, std::span<std::byte> to) const noexcept {
  const std::uint32_t at = from & (memory_.capacity - 1);
  const std::size_t first = std::min<std::size_t>(to.size(), memory_.capacity - at);
  std::memcpy(to.data(), memory_.data + at, first);
  std::memcpy(to.data() + first, memory_.data, to.size() - first);
}

}  // namespace rasshost
