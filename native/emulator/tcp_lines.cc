// SPDX-License-Identifier: MIT
#include "emulator/tcp_lines.h"

#include <algorithm>
#include <array>
#include <mutex>
#include <utility>

#include "windows/srw_lock.h"

namespace rasshost {
namespace {

using Clock = std::chrono::steady_clock;

constexpr std::size_t kMostQueued = 1 << 20;
// New callers of a round. Those who come faster wait while the lines there are get their turn.
constexpr int kMostAccepted = 16;
// How long a caller may take to hang up after we have; closing earlier would cut the last text.
constexpr std::chrono::seconds kLinger{2};

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

class TcpLine : public Line {
 public:
  TcpLine(TcpLines& lines, UniqueSocket socket, std::string name)
      : lines_(lines), socket_(std::move(socket)), name_(std::move(name)) {}

  std::string Name() const override { return name_; }

  void Answer() override {
    {
      const std::lock_guard lock(mutex_);
      answered_ = true;
    }
    lines_.Wake();
  }

  bool Write(std::span<const std::uint8_t> bytes) override {
    {
      const std::lock_guard lock(mutex_);
      if (!socket_ || hung_up_) return true;
      // Straight to the socket when nothing waits: saves a switch to the lines' thread.
      if (out_.empty()) bytes = bytes.subspan(SendNow(bytes.data(), bytes.size()));
      if (bytes.empty()) return true;
      if (out_.size() + bytes.size() > kMostQueued) return false;
      out_.insert(out_.end(), bytes.begin(), bytes.end());
    }
    lines_.Wake();
    return true;
  }

  void PauseInput(bool paused) override {
    {
      const std::lock_guard lock(mutex_);
      if (paused_ == paused) return;
      paused_ = paused;
    }
    lines_.Wake();
  }

  void HangUp() override {
    {
      const std::lock_guard lock(mutex_);
      if (hung_up_) return;
      hung_up_ = true;
      linger_until_ = Clock::now() + kLinger;
    }
    lines_.Wake();
  }

  // The rest is for the lines' thread.

  // The socket and what to poll it for; no value when there is nothing to wait for.
  std::optional<WSAPOLLFD> Poll() {
    const std::lock_guard lock(mutex_);
    if (!socket_) return std::nullopt;
    short wanted = 0;
    if (hung_up_ || (answered_ && !paused_)) wanted |= POLLRDNORM;
    if (!out_.empty()) wanted |= POLLWRNORM;
    if (wanted == 0) return std::nullopt;
    return WSAPOLLFD{socket_.get(), wanted, 0};
  }

  void OnReady(short ready, LineEvents& events) {
    if ((ready & POLLWRNORM) != 0) Flush();
    if ((ready & ~POLLWRNORM) == 0) return;
    std::array<std::uint8_t, 4096> input;
    const int count = recv(socket_.get(), reinterpret_cast<char*>(input.data()),
                           static_cast<int>(input.size()), 0);
    if (count < 0 && WSAGetLastError() == WSAEWOULDBLOCK) return;
    bool ours = false;
    {
      const std::lock_guard lock(mutex_);
      ours = hung_up_;
      if (count <= 0) socket_.reset();
    }
    if (ours) return;
    if (count > 0) {
      events.OnInput(*this, {input.data(), static_cast<std::size_t>(count)});
    } else {
      events.OnHangUp(*this);
    }
  }

  // Goes on with a hang-up of ours. True when the line is closed for good.
  bool IsDone(Clock::time_point now) {
    const std::lock_guard lock(mutex_);
    if (hung_up_ && socket_) {
      if (now >= linger_until_) {
        socket_.reset();
      } else if (out_.empty() && !shut_down_) {
        shutdown(socket_.get(), SD_SEND);
        shut_down_ = true;
      }
    }
    return !socket_;
  }

  std::optional<Clock::time_point> LingerUntil() {
    const std::lock_guard lock(mutex_);
    if (!hung_up_ || !socket_) return std::nullopt;
    return linger_until_;
  }

 private:
  // With mutex_ held. Returns how many bytes went out; a dead line swallows them all.
  std::size_t SendNow(const std::uint8_t* bytes, std::size_t size) {
    const int sent =
        send(socket_.get(), reinterpret_cast<const char*>(bytes), static_cast<int>(size), 0);
    if (sent >= 0) return static_cast<std::size_t>(sent);
    return WSAGetLastError() == WSAEWOULDBLOCK ? 0 : size;
  }

  void Flush() {
    const std::lock_guard lock(mutex_);
    const auto sent = static_cast<std::ptrdiff_t>(SendNow(out_.data(), out_.size()));
    out_.erase(out_.begin(), out_.begin() + sent);
  }

  TcpLines& lines_;
  SrwLock mutex_;
  UniqueSocket socket_;  // mutex_; only the lines' thread closes it
  const std::string name_;
  bool answered_ = false;           // mutex_
  bool paused_ = false;             // mutex_
  bool hung_up_ = false;            // mutex_
  bool shut_down_ = false;          // mutex_
  Clock::time_point linger_until_;  // mutex_
  std::vector<std::uint8_t> out_;   // mutex_
};

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
  sockaddr_in loopback{};
  loopback.sin_family = AF_INET;
  loopback.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  int size = sizeof loopback;
  auto* const address = reinterpret_cast<sockaddr*>(&loopback);
  waker_.reset(socket(AF_INET, SOCK_DGRAM, IPPROTO_UDP));
  bind(waker_.get(), address, size);
  getsockname(waker_.get(), address, &size);
  connect(waker_.get(), address, size);
  SetNonBlocking(waker_.get());
  thread_ = std::thread([this] { Run(); });
}

void TcpLines::Stop() {
  if (!thread_.joinable()) return;
  stopping_ = true;
  Wake();
  thread_.join();
}

void TcpLines::Wake() noexcept {
  if (woken_.exchange(true)) return;
  const char byte = 0;
  send(waker_.get(), &byte, 1, 0);
}

void TcpLines::Run() {
  std::vector<WSAPOLLFD> polls;
  std::vector<std::shared_ptr<TcpLine>> polled;
  for (;;) {
    const auto now = Clock::now();
    if (stopping_) {
      listener_.reset();
      for (const auto& line : lines_) line->HangUp();
    }
    std::erase_if(lines_, [now](const auto& line) { return line->IsDone(now); });
    if (stopping_ && lines_.empty()) return;

    polls.assign({{waker_.get(), POLLRDNORM, 0}});
    if (listener_) polls.push_back({listener_.get(), POLLRDNORM, 0});
    const std::size_t first_line = polls.size();
    polled.clear();
    for (const auto& line : lines_) {
      if (const auto poll = line->Poll()) {
        polls.push_back(*poll);
        polled.push_back(line);
      }
    }
    int timeout = -1;
    if (const auto linger = NextLinger()) {
      const auto left = std::chrono::ceil<std::chrono::milliseconds>(*linger - now).count();
      timeout = static_cast<int>(std::max<long long>(left, 0));
    }
    WSAPoll(polls.data(), static_cast<ULONG>(polls.size()), timeout);

    if (polls[0].revents != 0) {
      std::array<char, 64> bytes;
      recv(waker_.get(), bytes.data(), static_cast<int>(bytes.size()), 0);
      // Cleared before the lines are looked at, so that no later change is missed.
      woken_ = false;
    }
    for (std::size_t i = 0; i < polled.size(); ++i) {
      const short ready = polls[first_line + i].revents;
      if (ready != 0) polled[i]->OnReady(ready, events_);
    }
    if (listener_ && polls[1].revents != 0) Accept();
  }
}

void TcpLines::Accept() {
  for (int accepted = 0; accepted < kMostAccepted; ++accepted) {
    sockaddr_storage address{};
    int size = sizeof address;
    UniqueSocket socket(accept(listener_.get(), reinterpret_cast<sockaddr*>(&address), &size));
    if (!socket) return;
    const BOOL yes = TRUE;
    // A dialog echoes single characters; waiting to fill a segment would show.
    setsockopt(socket.get(), IPPROTO_TCP, TCP_NODELAY, reinterpret_cast<const char*>(&yes),
               sizeof yes);
    if (!SetNonBlocking(socket.get())) continue;
    auto line = std::make_shared<TcpLine>(*this, std::move(socket), FormatAddress(address, size));
    lines_.push_back(line);
    events_.OnRing(std::move(line));
  }
}

std::optional<TcpLines::Clock::time_point> TcpLines::NextLinger() const {
  std::optional<Clock::time_point> next;
  for (const auto& line : lines_) {
    const auto until = line->LingerUntil();
    if (until && (!next || *until < *next)) next = until;
  }
  return next;
}

}  // namespace rasshost
