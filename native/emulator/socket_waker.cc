// SPDX-License-Identifier: MIT
#include "emulator/socket_waker.h"

#include <array>

namespace rasshost {

SocketWaker::SocketWaker() : socket_(socket(AF_INET, SOCK_DGRAM, IPPROTO_UDP)) {
  sockaddr_in loopback{};
  loopback.sin_family = AF_INET;
  loopback.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  int size = sizeof loopback;
  auto* const address = reinterpret_cast<sockaddr*>(&loopback);
  bind(socket_.get(), address, size);
  getsockname(socket_.get(), address, &size);
  connect(socket_.get(), address, size);
  u_long yes = 1;
  ioctlsocket(socket_.get(), static_cast<long>(FIONBIO), &yes);
}

void SocketWaker::Wake() noexcept {
  if (woken_.exchange(true)) return;
  const char byte = 0;
  send(socket_.get(), &byte, 1, 0);
}

void SocketWaker::Clear() noexcept {
  std::array<char, 64> bytes;
  recv(socket_.get(), bytes.data(), static_cast<int>(bytes.size()), 0);
  woken_ = false;
}

}  // namespace rasshost
