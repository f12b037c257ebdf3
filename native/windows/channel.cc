// SPDX-License-Identifier: MIT
#include "windows/channel.h"

#include <new>
#include <utility>

namespace rasshost {
namespace {

// Bytes of each ring: a burst of a full screen to each of several hundred callers fits.
constexpr std::uint32_t kCapacity = 1u << 20;

constexpr std::size_t kDataOffset = 2 * sizeof(RingHeader);
constexpr std::size_t kSectionSize = kDataOffset + 2 * std::size_t{kCapacity};

RingMemory RingAt(void* view, int index) noexcept {
  auto* base = static_cast<std::byte*>(view);
  return {
      reinterpret_cast<RingHeader*>(base + static_cast<std::size_t>(index) * sizeof(RingHeader)),
      base + kDataOffset + static_cast<std::size_t>(index) * kCapacity, kCapacity};
}

constexpr int kToWorkerRing = 0;
constexpr int kToHostRing = 1;

}  // namespace

Channel::Channel(UniqueHandle section, UniqueMappedView view, UniqueHandle own_event,
                 UniqueHandle peer_event, bool host) noexcept
    : section_(std::move(section)),
      view_(std::move(view)),
      own_event_(std::move(own_event)),
      peer_event_(std::move(peer_event)),
      writer_(RingAt(view_.get(), host ? kToWorkerRing : kToHostRing)),
      reader_(RingAt(view_.get(), host ? kToHostRing : kToWorkerRing)) {}

std::optional<Channel> Channel::Create() noexcept {
  UniqueHandle section(CreateFileMappingW(INVALID_HANDLE_VALUE, nullptr, PAGE_READWRITE, 0,
                                          static_cast<DWORD>(kSectionSize), nullptr));
  UniqueHandle to_worker(CreateEventW(nullptr, FALSE, FALSE, nullptr));
  UniqueHandle to_host(CreateEventW(nullptr, FALSE, FALSE, nullptr));
  if (!section || !to_worker || !to_host) return std::nullopt;
  UniqueMappedView view(
      MapViewOfFile(section.get(), FILE_MAP_READ | FILE_MAP_WRITE, 0, 0, kSectionSize));
  if (!view) return std::nullopt;
  // The section begins zeroed, which is what an empty ring looks like; this begins the lifetime of
  // the headers in it.
  new (view.get()) RingHeader[2]{};
  return Channel(std::move(section), std::move(view), std::move(to_host), std::move(to_worker),
                 true);
}

std::optional<Channel> Channel::Open(const ChannelHandles& handles) noexcept {
  UniqueHandle section(handles.section);
  UniqueHandle to_worker(handles.to_worker);
  UniqueHandle to_host(handles.to_host);
  UniqueMappedView view(
      MapViewOfFile(section.get(), FILE_MAP_READ | FILE_MAP_WRITE, 0, 0, kSectionSize));
  if (!view) return std::nullopt;
  return Channel(std::move(section), std::move(view), std::move(to_worker), std::move(to_host),
                 false);
}

ChannelHandles Channel::handles() const noexcept {
  return {section_.get(), peer_event_.get(), own_event_.get()};
}

RingStatus Channel::Write(std::span<const std::byte> frame) noexcept {
  unannounced_ = true;
  return writer_.Write(frame);
}

void Channel::Wake() noexcept {
  if (std::exchange(unannounced_, false) && writer_.TakeAsleep()) SetEvent(peer_event_.get());
}

bool Channel::Sleep() noexcept {
  if (reader_.TakeRoomWanted()) SetEvent(peer_event_.get());
  return reader_.Sleep();
}

}  // namespace rasshost
