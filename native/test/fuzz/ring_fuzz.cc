// SPDX-License-Identifier: MIT
// One end of a channel against a peer that writes anything to the shared section at any moment,
// also while a frame is being read: the window between the check of a length and the copy is hit
// through the allocation that lies in it.
//
// Input: operations, each a byte followed by what it takes.
#include <sanitizer/allocator_interface.h>

#include <array>
#include <memory>
#include <utility>
#include <vector>

#include "common/frame.h"
#include "common/ring.h"
#include "input.h"

namespace rasshost {
namespace {

constexpr std::uint32_t kCapacity = 256;

// A ring whose data lies between red zones of the sanitizer.
struct SharedRing {
  RingHeader header{};
  std::unique_ptr<std::byte[]> data = std::make_unique<std::byte[]>(kCapacity);
  RingMemory memory() noexcept { return {&header, data.get(), kCapacity}; }
};

class HostileChannel {
 public:
  explicit HostileChannel(Input input) noexcept : input_(input) {}

  void Run() {
    // A long input only repeats itself.
    for (int i = 0; i < 512 && !input_.AtEnd(); ++i) {
      const std::uint8_t operation = input_.Byte();
      switch (operation % 8) {
        case 0:
        case 1:
          Read((operation & 8) != 0);
          break;
        case 2:
          Write();
          break;
        case 3:
          PutFrame();
          break;
        case 4:
          CheckFlags();
          break;
        default:
          Scribble();
          break;
      }
    }
  }

  // Allocations inside Read(): the peer's moment.
  void OnAllocation(std::size_t size) {
    // Whatever the peer says, nobody allocates more than a frame.
    Require(size <= kMaxFrameSize, "a length is checked before anything is allocated");
    if (std::exchange(scribble_at_allocation_, false)) Scribble();
  }

  static HostileChannel* reading;

 private:
  // The peer's doing: it owns its indices, but nobody stops it from writing to all of the section.
  void Scribble() {
    SharedRing& ring = (input_.Byte() & 1) != 0 ? incoming_ : outgoing_;
    switch (input_.Byte() % 6) {
      case 0:
        ring.header.head = input_.U32();
        break;
      case 1:
        ring.header.tail = input_.U32();
        break;
      case 2:
        ring.header.asleep = input_.U32();
        break;
      case 3:
        ring.header.room_wanted = input_.U32();
        break;
      case 4:  // near to what is right
        ring.header.head = ring.header.head + static_cast<std::uint32_t>(input_.Byte()) - 128;
        break;
      default: {
        std::uint32_t at = input_.Byte();
        for (const std::byte value : input_.Bytes(input_.Byte() % 32)) {
          ring.data[at++ % kCapacity] = value;
        }
        break;
      }
    }
  }

  // As an honest peer would write one, except perhaps for its length.
  void PutFrame() {
    const std::uint32_t size = input_.Byte();
    const std::uint32_t head = incoming_.header.head;
    std::array<std::byte, sizeof(std::uint32_t)> length;
    StoreU32(length.data(), size + (input_.Byte() & 1));
    for (std::uint32_t i = 0; i < size; ++i) {
      incoming_.data[(head + i) % kCapacity] =
          i < length.size() ? length[i] : static_cast<std::byte>(i | 1);
    }
    incoming_.header.head = head + size;
  }

  void Read(bool interfere) {
    const std::uint32_t available = incoming_.header.head - consumed_;
    const RingStatus expected = available == 0                           ? RingStatus::kEmpty
                                : available > kCapacity                  ? RingStatus::kCorrupt
                                : available < kFrameHeaderSize           ? RingStatus::kCorrupt
                                : LengthAt(consumed_) > available        ? RingStatus::kCorrupt
                                : LengthAt(consumed_) < kFrameHeaderSize ? RingStatus::kCorrupt
                                                                         : RingStatus::kOk;
    const std::uint32_t length = LengthAt(consumed_);
    std::vector<std::byte> frame;
    scribble_at_allocation_ = interfere;
    reading = this;
    const RingStatus status = reader_.Read(frame);
    reading = nullptr;
    Require(status == expected, "a frame is given out exactly when there can be one");
    if (status != RingStatus::kOk) return;
    Require(frame.size() == length, "a frame has the length that was checked");
    Require(LoadU32(frame.data()) == length, "and says so");
    for (std::uint32_t i = 0; i < length; ++i) {
      Require(incoming_.data[(consumed_ + i) % kCapacity] == std::byte{0},
              "nothing that a caller typed stays in the section (SD-32)");
    }
    consumed_ += length;
    Require(incoming_.header.tail == consumed_, "the writer hears how far the reader is");
  }

  void Write() {
    std::vector<std::byte> frame(kFrameHeaderSize + input_.Byte(), std::byte{0xee});
    StoreU32(frame.data(), static_cast<std::uint32_t>(frame.size()));
    const std::uint32_t used = produced_ - outgoing_.header.tail;
    const RingStatus expected = used > kCapacity                  ? RingStatus::kCorrupt
                                : frame.size() > kCapacity - used ? RingStatus::kFull
                                                                  : RingStatus::kOk;
    const RingStatus status = writer_.Write(frame);
    Require(status == expected, "a frame is written exactly when there is room");
    if (status == RingStatus::kFull) {
      Require(outgoing_.header.room_wanted == 1, "a full ring asks for room");
    }
    if (status != RingStatus::kOk) return;
    for (std::size_t i = 0; i < frame.size(); ++i) {
      Require(outgoing_.data[(produced_ + i) % kCapacity] == frame[i], "a frame is written whole");
    }
    produced_ += static_cast<std::uint32_t>(frame.size());
    Require(outgoing_.header.head == produced_, "its index is this side's own");
  }

  void CheckFlags() {
    const bool empty = incoming_.header.head == consumed_;
    Require(reader_.Sleep() == empty, "the reader sleeps exactly when there is nothing to read");
    Require((incoming_.header.asleep != 0) == empty, "and says so");
    const bool wanted = incoming_.header.room_wanted != 0;
    Require(reader_.TakeRoomWanted() == wanted && incoming_.header.room_wanted == 0,
            "a wish for room is heard once");
    const bool asleep = outgoing_.header.asleep != 0;
    Require(writer_.TakeAsleep() == asleep && outgoing_.header.asleep == 0,
            "a sleeping peer is woken once");
  }

  std::uint32_t LengthAt(std::uint32_t index) const noexcept {
    std::array<std::byte, sizeof(std::uint32_t)> bytes;
    for (std::uint32_t i = 0; i < bytes.size(); ++i) {
      bytes[i] = incoming_.data[(index + i) % kCapacity];
    }
    return LoadU32(bytes.data());
  }

  Input input_;
  SharedRing incoming_;
  SharedRing outgoing_;
  RingReader reader_{incoming_.memory()};
  RingWriter writer_{outgoing_.memory()};
  // What each end must know by itself, whatever the section says.
  std::uint32_t consumed_ = 0;
  std::uint32_t produced_ = 0;
  bool scribble_at_allocation_ = false;
};

HostileChannel* HostileChannel::reading = nullptr;

}  // namespace
}  // namespace rasshost

extern "C" int LLVMFuzzerInitialize(int*, char***) {
  __sanitizer_install_malloc_and_free_hooks(
      [](const volatile void*, std::size_t size) {
        using rasshost::HostileChannel;
        // Not again for what the hook itself allocates.
        HostileChannel* const channel = std::exchange(HostileChannel::reading, nullptr);
        if (channel == nullptr) return;
        channel->OnAllocation(size);
        HostileChannel::reading = channel;
      },
      [](const volatile void*) {});
  return 0;
}

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  rasshost::HostileChannel(rasshost::Input(data, size)).Run();
  return 0;
}
