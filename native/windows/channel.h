// SPDX-License-Identifier: MIT
// One end of the channel between the security DLL and its worker: two rings in a shared section,
// an event each way. Nothing has a name; the worker is given duplicates of the handles.
#pragma once

#include <windows.h>

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "common/frame.h"
#include "common/ring.h"
#include "windows/unique_handle.h"

namespace rasshost {

// What the worker's end is made from: on its command line, or in an Attachment.
struct ChannelHandles {
  HANDLE section;
  HANDLE to_worker;  // auto-reset event: the worker has something to read, or room to write
  HANDLE to_host;    // auto-reset event, the other way
};

class Channel {
 public:
  // The host's end of a new channel. Nothing when the system refuses; then GetLastError says why.
  static std::optional<Channel> Create() noexcept;
  // The worker's end of an existing channel. Takes the handles over.
  static std::optional<Channel> Open(const ChannelHandles& handles) noexcept;

  // Of the host's end: what to duplicate for the worker.
  ChannelHandles handles() const noexcept;

  // Appends a frame, which the other end may read from now on if it is awake. One writing thread at
  // a time.
  RingStatus Write(std::span<const std::byte> frame) noexcept;
  // After one or more writes, by the same thread: wakes the other end if it sleeps.
  void Wake() noexcept;
  // Copies the next frame out; see RingReader. One reading thread at a time.
  RingStatus Read(std::vector<std::byte>& frame) { return reader_.Read(frame); }
  // To be called when Read has answered kEmpty: true when this end now sleeps and its event will
  // be set, false when there is more to read. Also tells a writer that waits for room.
  bool Sleep() noexcept;

  // Set when there is something to read, or room to write again.
  HANDLE wake_event() const noexcept { return own_event_.get(); }

 private:
  Channel(UniqueHandle section, UniqueMappedView view, UniqueHandle own_event,
          UniqueHandle peer_event, bool host) noexcept;

  UniqueHandle section_;
  UniqueMappedView view_;
  UniqueHandle own_event_;
  UniqueHandle peer_event_;
  RingWriter writer_;
  RingReader reader_;
  bool unannounced_ = false;  // the other end may be asleep and not know of what was written
};

}  // namespace rasshost
