// SPDX-License-Identifier: MIT
#include "emulator/tcp_lines.h"

#include <algorithm>
#include <array>
#include <memory>
#include <utility>

namespace rasshost {
namespace {

// To look at a line costs the system something for every other line that is polled with it.
constexpr std::size_t kLinesOfAPoller = 32;

bool SetNonBlocking(SOCKET socket) noexcept {
  u_long yes = 1;
  return ioctlsocket(socket, static_cast<long>(FIONBIO), &yes) == 0;
}

std::string FormatAddress(const sockaddr_storage& address, int size) {
  std::array<char, NI_MAXHOST> host{};
  std::array<char, NI_MAXSERV> port{};
  getnameinfo(reinterpret_cast<const sockaddr*>(&address), size, host.data(),
              static_cast<DWORD>(host.size()), port.data(), static_cast<DWORD>(port.size()),
              NI_NUMERICHOST | NI_NUMERICSERV);
  const std::string name = host.data();
  const bool v6 = address.ss_family == AF_INET6;
  return (v6 ? "[" + name + "]" : name) + ":" + port.data();
}

}  // namespace

TcpLines::~TcpLines() { Stop(); }

int TcpLines::Listen(const std::string& host, std::uint16_t port) {
  addrinfo hints{};
  hints.ai_flags = AI_NUMERICHOST;
  hints.ai_socktype = SOCK_STREAM;
  addrinfo* found = nullptr;
  if (const int error = getaddrinfo(host.c_str(), std::to_string(port).c_str(), &hints, &found)) {
    return error;
  }
  const std::unique_ptr<addrinfo, decltype(&freeaddrinfo)> address(found, &freeaddrinfo);
  listener_.reset(socket(address->ai_family, SOCK_STREAM, IPPROTO_TCP));
  const BOOL yes = TRUE;
  // Without it Windows lets a second process listen on the same port.
  setsockopt(listener_.get(), SOL_SOCKET, SO_EXCLUSIVEADDRUSE, reinterpret_cast<const char*>(&yes),
             sizeof yes);
  if (bind(listener_.get(), address->ai_addr, static_cast<int>(address->ai_addrlen)) != 0 ||
      listen(listener_.get(), SOMAXCONN) != 0 || !SetNonBlocking(listener_.get())) {
    return WSAGetLastError();
  }
  return 0;
}

std::string TcpLines::Address() const {
  sockaddr_storage address{};
  int size = sizeof address;
  getsockname(listener_.get(), reinterpret_cast<sockaddr*>(&address), &size);
  return FormatAddress(address, size);
}

void TcpLines::Start() {
  thread_ = std::thread([this] { Run(); });
}

void TcpLines::Stop() {
  if (!thread_.joinable()) return;
  stopping_ = true;
  waker_.Wake();
  thread_.join();
  // They stay in memory: the server may still hang up a line of theirs.
  for (LinePoller& poller : pollers_) poller.Stop();
}

void TcpLines::Run() {
  std::array<WSAPOLLFD, 2> polls{waker_.Poll(), {listener_.get(), POLLRDNORM, 0}};
  while (!stopping_) {
    WSAPoll(polls.data(), static_cast<ULONG>(polls.size()), -1);
    if (polls[1].revents != 0) Accept();
  }
  listener_.reset();
}

void TcpLines::Accept() {
  for (;;) {
    sockaddr_storage address{};
    int size = sizeof address;
    UniqueSocket socket(accept(listener_.get(), reinterpret_cast<sockaddr*>(&address), &size));
    if (!socket) return;
    const BOOL yes = TRUE;
    // A dialog echoes single characters; waiting to fill a segment would show.
    setsockopt(socket.get(), IPPROTO_TCP, TCP_NODELAY, reinterpret_cast<const char*>(&yes),
               sizeof yes);
    if (!SetNonBlocking(socket.get())) continue;
    LinePoller& poller = PollerWithRoom();
    auto line =
        std::make_shared<TcpLine>(poller.waker(), std::move(socket), FormatAddress(address, size));
    poller.Serve(line);
    events_.OnRing(std::move(line));
  }
}

LinePoller& TcpLines::PollerWithRoom() {
  const auto found = std::ranges::find_if(
      pollers_, [](const LinePoller& poller) { return poller.load() < kLinesOfAPoller; });
  return found == pollers_.end() ? pollers_.emplace_back(events_) : *found;
}

}  // namespace rasshost
