// SPDX-License-Identifier: MIT
// A single-producer single-consumer ring of frames in memory that two processes share.
//
// Neither end trusts the other: each keeps its own index in private memory, checks the other's on
// every look, and copies a frame out before anything in it is examined.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace rasshost {

// The shared part. Indices count bytes since the beginning and wrap at 2^32. Each field has a cache
// line of its own, since each is written by one side and polled by the other.
struct RingHeader {
  alignas(64) std::atomic<std::uint32_t> head;         // written by the producer
  alignas(64) std::atomic<std::uint32_t> tail;         // written by the consumer
  alignas(64) std::atomic<std::uint32_t> asleep;       // set by the consumer, taken by the producer
  alignas(64) std::atomic<std::uint32_t> room_wanted;  // set by the producer, taken by the consumer
};
static_assert(sizeof(RingHeader) == 256);
static_assert(std::atomic<std::uint32_t>::is_always_lock_free, "shared between processes");

enum class RingStatus {
  kOk,
  kEmpty,    // reader: no frame
  kFull,     // writer: no room now; the consumer has been asked to report when it has read
  kCorrupt,  // the other side's index or a frame's length is impossible: give it up
};

// Where a ring lies. The capacity comes from the owner of this struct, never from shared memory.
struct RingMemory {
  RingHeader* header;
  std::byte* data;
  std::uint32_t capacity;  // bytes, a power of two
};

class RingWriter {
 public:
  explicit RingWriter(RingMemory memory) noexcept : memory_(memory) {}

  // Appends one frame, whose length field the caller has filled in, and makes it visible.
  RingStatus Write(std::span<const std::byte> frame) noexcept;

  // After one or more writes: true when the consumer sleeps and its event has to be set.
  bool TakeAsleep() noexcept;

 private:
  void Copy(std::span<const std::byte> bytes) noexcept;

  RingMemory memory_;
  std::uint32_t head_ = 0;
};

class RingReader {
 public:
  explicit RingReader(RingMemory memory) noexcept : memory_(memory) {}

  // Copies the next frame out into `frame`, whose old content is lost. Throws std::bad_alloc.
  RingStatus Read(std::vector<std::byte>& frame);

  // Declares this side asleep: from now on the producer sets its event. False when there is
  // something to read after all.
  bool Sleep() noexcept;

  // After reading: true when the producer waits for room and its event has to be set.
  bool TakeRoomWanted() noexcept;

 private:
  void Copy(std::uint32_t from, std::span<std::byte> to) const noexcept;
  // What a caller typed shall not stay in shared memory (SD-32).
  void Wipe(std::uint32_t from, std::uint32_t size) noexcept;

  RingMemory memory_;
  std::uint32_t tail_ = 0;
};

}  // namespace rasshost
