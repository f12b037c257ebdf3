// SPDX-License-Identifier: MIT
// Callers over TCP: one connection is one call.
#pragma once

#include <winsock2.h>
#include <ws2tcpip.h>

#include <atomic>
#include <cstdint>
#include <list>
#include <string>
#include <thread>

#include "emulator/line.h"
#include "emulator/line_poller.h"
#include "emulator/socket_waker.h"
#include "emulator/unique_socket.h"

namespace rasshost {

class TcpLines {
 public:
  explicit TcpLines(LineEvents& events) : events_(events) {}
  ~TcpLines();

  // Binds and listens; host is a numeric address. Returns a Winsock error code.
  int Listen(const std::string& host, std::uint16_t port);
  // Where it listens, as HOST:PORT. Only after Listen.
  std::string Address() const;
  void Start();
  // Takes no more calls, lets every line that was hung up go out, and ends the threads.
  void Stop();

 private:
  void Run();
  void Accept();
  LinePoller& PollerWithRoom();

  LineEvents& events_;
  UniqueSocket listener_;
  SocketWaker waker_;
  std::atomic<bool> stopping_{false};
  std::list<LinePoller> pollers_;  // thread_ only, while it runs
  std::thread thread_;             // takes the calls
};

}  // namespace rasshost
