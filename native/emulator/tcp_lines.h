// SPDX-License-Identifier: MIT
// Callers over TCP: one connection is one call; one thread serves them all.
#pragma once

#include <winsock2.h>
#include <ws2tcpip.h>

#include <atomic>
#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "emulator/line.h"
#include "windows/unique_handle.h"

namespace rasshost {

struct SocketPolicy {
  using Type = SOCKET;
  static Type kInvalid() noexcept { return INVALID_SOCKET; }
  static bool IsValid(Type value) noexcept { return value != INVALID_SOCKET; }
  static void Close(Type value) noexcept { closesocket(value); }
};
using UniqueSocket = UniqueResource<SocketPolicy>;

class TcpLine;

class TcpLines {
 public:
  explicit TcpLines(LineEvents& events) : events_(events) {}
  ~TcpLines();

  // Binds and listens; host is a numeric address. Returns a Winsock error code.
  int Listen(const std::string& host, std::uint16_t port);
  // Where it listens, as HOST:PORT. Only after Listen.
  std::string Address() const;
  void Start();
  // Takes no more calls, lets every line that was hung up go out, and ends the thread.
  void Stop();

  // Makes the thread look at its lines again. For any thread.
  void Wake() noexcept;

 private:
  using Clock = std::chrono::steady_clock;

  void Run();
  void Accept();
  std::optional<Clock::time_point> NextLinger() const;

  LineEvents& events_;
  UniqueSocket listener_;
  UniqueSocket waker_;  // a datagram socket connected to itself
  std::atomic<bool> woken_{false};
  std::atomic<bool> stopping_{false};
  std::vector<std::shared_ptr<TcpLine>> lines_;  // thread_ only
  std::thread thread_;
};

}  // namespace rasshost
