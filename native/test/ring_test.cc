// SPDX-License-Identifier: MIT
#include "common/ring.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <memory>
#include <thread>

#include "common/frame.h"

using namespace rasshost;

namespace {

struct TestRing {
  explicit TestRing(std::uint32_t size) : data(size), capacity(size) {}
  RingMemory memory() { return {&header, data.data(), capacity}; }

  RingHeader header{};
  std::vector<std::byte> data;
  std::uint32_t capacity;
};

// A frame of `size` bytes whose body depends on `seed`.
std::vector<std::byte> MakeFrame(std::uint32_t size, std::uint32_t seed) {
  std::vector<std::byte> frame(size);
  for (std::uint32_t i = 0; i < size; ++i) frame[i] = static_cast<std::byte>(seed * 31 + i);
  StoreU32(frame.data(), size);
  return frame;
}

}  // namespace

TEST_CASE("Frames come out whole and in order, across the end of the ring and of its counters") {
  TestRing ring(256);
  RingWriter writer(ring.memory());
  RingReader reader(ring.memory());
  std::vector<std::byte> frame;
  for (std::uint32_t i = 0; i < 5000; ++i) {
    const auto sent = MakeFrame(kFrameHeaderSize + i % 200, i);
    REQUIRE(writer.Write(sent) == RingStatus::kOk);
    REQUIRE(reader.Read(frame) == RingStatus::kOk);
    REQUIRE(frame == sent);
    REQUIRE(reader.Read(frame) == RingStatus::kEmpty);
  }
}

TEST_CASE(
    "What has been read is not in the shared memory any more, what has not still is (SD-32)") {
  TestRing ring(64);
  RingWriter writer(ring.memory());
  RingReader reader(ring.memory());
  std::vector<std::byte> frame;
  const auto left = [&] {
    return std::count_if(ring.data.begin(), ring.data.end(),
                         [](std::byte byte) { return byte != std::byte{0}; });
  };
  const auto secret = MakeFrame(24, 1);
  // With 24 bytes a frame in 64, every third one or so lies across the end of the ring.
  for (int i = 0; i < 16; ++i) {
    REQUIRE(writer.Write(secret) == RingStatus::kOk);
    REQUIRE(writer.Write(secret) == RingStatus::kOk);
    const auto one = left() / 2;
    REQUIRE(reader.Read(frame) == RingStatus::kOk);
    CHECK(frame == secret);
    CHECK(left() == one);
    REQUIRE(reader.Read(frame) == RingStatus::kOk);
    CHECK(frame == secret);
    CHECK(left() == 0);
  }
}

TEST_CASE("A full ring takes nothing, asks to be told of room, and goes on when there is some") {
  TestRing ring(64);
  RingWriter writer(ring.memory());
  RingReader reader(ring.memory());
  std::vector<std::byte> frame;
  REQUIRE(writer.Write(MakeFrame(40, 1)) == RingStatus::kOk);
  CHECK_FALSE(reader.TakeRoomWanted());
  CHECK(writer.Write(MakeFrame(40, 2)) == RingStatus::kFull);
  CHECK(reader.TakeRoomWanted());
  CHECK_FALSE(reader.TakeRoomWanted());
  REQUIRE(reader.Read(frame) == RingStatus::kOk);
  CHECK(writer.Write(MakeFrame(40, 2)) == RingStatus::kOk);
}

TEST_CASE("The reader sleeps only when the ring is empty, and the writer learns of it once") {
  TestRing ring(64);
  RingWriter writer(ring.memory());
  RingReader reader(ring.memory());
  CHECK_FALSE(writer.TakeAsleep());
  CHECK(reader.Sleep());
  REQUIRE(writer.Write(MakeFrame(16, 1)) == RingStatus::kOk);
  CHECK(writer.TakeAsleep());
  CHECK_FALSE(writer.TakeAsleep());
  CHECK_FALSE(reader.Sleep());
  CHECK_FALSE(writer.TakeAsleep());
}

TEST_CASE("Impossible indices and lengths are noticed before anything is read or allocated") {
  std::vector<std::byte> frame;
  const auto reads = [&](auto spoil) {
    TestRing ring(256);
    RingWriter writer(ring.memory());
    RingReader reader(ring.memory());
    REQUIRE(writer.Write(MakeFrame(64, 1)) == RingStatus::kOk);
    spoil(ring);
    return reader.Read(frame);
  };
  CHECK(reads([](TestRing&) {}) == RingStatus::kOk);
  // More than fits, less than a header, and an index that ran backwards.
  CHECK(reads([](TestRing& r) { r.header.head = 257; }) == RingStatus::kCorrupt);
  CHECK(reads([](TestRing& r) { r.header.head = 15; }) == RingStatus::kCorrupt);
  CHECK(reads([](TestRing& r) { r.header.head = 0xfffffff0; }) == RingStatus::kCorrupt);
  for (const std::uint32_t length : {0u, 15u, 65u, kMaxFrameSize + 1, 0xffffffffu}) {
    CHECK(reads([&](TestRing& r) { StoreU32(r.data.data(), length); }) == RingStatus::kCorrupt);
  }

  TestRing ring(64);
  RingWriter writer(ring.memory());
  ring.header.tail = 1;  // ahead of the producer
  CHECK(writer.Write(MakeFrame(16, 1)) == RingStatus::kCorrupt);
}

TEST_CASE("Two threads exchange frames through a small ring without loss, tear or missed wake-up") {
  constexpr std::uint32_t kFrames = 20000;
  TestRing ring(512);
  // Stand for the two events of a channel.
  std::atomic<std::uint32_t> wake_reader = 0, wake_writer = 0;
  const auto set = [](std::atomic<std::uint32_t>& event) {
    event.store(1);
    event.notify_one();
  };
  const auto wait = [](std::atomic<std::uint32_t>& event) {
    event.wait(0);
    event.store(0);
  };

  std::thread producer([&] {
    RingWriter writer(ring.memory());
    for (std::uint32_t i = 0; i < kFrames; ++i) {
      const auto frame = MakeFrame(kFrameHeaderSize + i % 300, i);
      while (writer.Write(frame) == RingStatus::kFull) wait(wake_writer);
      if (writer.TakeAsleep()) set(wake_reader);
    }
  });
  RingReader reader(ring.memory());
  std::vector<std::byte> frame;
  std::uint32_t received = 0;
  while (received < kFrames) {
    switch (reader.Read(frame)) {
      case RingStatus::kOk:
        REQUIRE(frame == MakeFrame(kFrameHeaderSize + received % 300, received));
        ++received;
        break;
      case RingStatus::kEmpty:
        if (reader.TakeRoomWanted()) set(wake_writer);
        if (reader.Sleep()) wait(wake_reader);
        break;
      default:
        FAIL("the ring is corrupt");
    }
  }
  producer.join();
}
