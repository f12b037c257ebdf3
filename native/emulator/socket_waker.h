// SPDX-License-Identifier: MIT
// Ends a WSAPoll from another thread: a datagram socket connected to itself, polled with the rest.
#pragma once

#include <atomic>

#include "emulator/unique_socket.h"

namespace rasshost {

class SocketWaker {
 public:
  SocketWaker();

  // For any thread.
  void Wake() noexcept;

  // The rest is for the thread that polls.

  WSAPOLLFD Poll() const noexcept { return {socket_.get(), POLLRDNORM, 0}; }
  // To be called when it has been polled, before anything is looked at that others may have
  // changed: no later change is missed then.
  void Clear() noexcept;

 private:
  UniqueSocket socket_;
  std::atomic<bool> woken_{false};
};

}  // namespace rasshost
