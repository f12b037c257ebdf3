// SPDX-License-Identifier: MIT
// A caller's line that is a TCP connection.
#pragma once

#include <winsock2.h>

#include <chrono>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "common/srw_lock.h"
#include "emulator/line.h"
#include "emulator/socket_waker.h"
#include "emulator/unique_socket.h"

namespace rasshost {

class TcpLine final : public Line {
 public:
  using Clock = std::chrono::steady_clock;

  // The socket is a non-blocking one. `waker` makes the poller look at its lines again.
  TcpLine(SocketWaker& waker, UniqueSocket socket, std::string name);

  std::string Name() const override { return name_; }
  void Answer() override;
  bool Write(std::span<const std::uint8_t> bytes) override;
  void PauseInput(bool paused) override;
  void HangUp() override;

  // The rest is for the poller's thread.

  // The socket and what to poll it for; no value when there is nothing to wait for.
  std::optional<WSAPOLLFD> Poll();
  void OnReady(short ready, LineEvents& events);
  // Goes on with a hang-up of ours. True when the line is closed for good.
  bool IsDone(Clock::time_point now);
  std::optional<Clock::time_point> LingerUntil();

 private:
  // With mutex_ held. Returns how many bytes went out; a dead line swallows them all.
  std::size_t SendNow(const std::uint8_t* bytes, std::size_t size);
  void Flush();

  SocketWaker& waker_;
  SrwLock mutex_;
  UniqueSocket socket_;  // mutex_; only the poller's thread closes it
  const std::string name_;
  bool answered_ = false;           // mutex_
  bool paused_ = false;             // mutex_
  bool hung_up_ = false;            // mutex_
  bool shut_down_ = false;          // mutex_
  Clock::time_point linger_until_;  // mutex_
  std::vector<std::uint8_t> out_;   // mutex_
};

}  // namespace rasshost
