// SPDX-License-Identifier: MIT
#include "emulator/tcp_line.h"

#include <array>
#include <mutex>
#include <utility>

namespace rasshost {
namespace {

constexpr std::size_t kMostQueued = 1 << 20;
// How long a caller may take to hang up after we have; closing earlier would cut the last text.
constexpr std::chrono::seconds kLinger{2};

}  // namespace

TcpLine::TcpLine(SocketWaker& waker, UniqueSocket socket, std::string name)
    : waker_(waker), socket_(std::move(socket)), name_(std::move(name)) {}

void TcpLine::Answer() {
  {
    const std::lock_guard lock(mutex_);
    answered_ = true;
  }
  waker_.Wake();
}

bool TcpLine::Write(std::span<const std::uint8_t> bytes) {
  {
    const std::lock_guard lock(mutex_);
    if (!socket_ || hung_up_) return true;
    // Straight to the socket when nothing waits: saves a switch to the lines' thread.
    if (out_.empty()) bytes = bytes.subspan(SendNow(bytes.data(), bytes.size()));
    if (bytes.empty()) return true;
    if (out_.size() + bytes.size() > kMostQueued) return false;
    out_.insert(out_.end(), bytes.begin(), bytes.end());
  }
  waker_.Wake();
  return true;
}

void TcpLine::PauseInput(bool paused) {
  {
    const std::lock_guard lock(mutex_);
    if (paused_ == paused) return;
    paused_ = paused;
  }
  waker_.Wake();
}

void TcpLine::HangUp() {
  {
    const std::lock_guard lock(mutex_);
    if (hung_up_) return;
    hung_up_ = true;
    linger_until_ = Clock::now() + kLinger;
  }
  waker_.Wake();
}

std::optional<WSAPOLLFD> TcpLine::Poll() {
  const std::lock_guard lock(mutex_);
  if (!socket_) return std::nullopt;
  short wanted = 0;
  if (hung_up_ || (answered_ && !paused_)) wanted |= POLLRDNORM;
  if (!out_.empty()) wanted |= POLLWRNORM;
  if (wanted == 0) return std::nullopt;
  return WSAPOLLFD{socket_.get(), wanted, 0};
}

void TcpLine::OnReady(short ready, LineEvents& events) {
  if ((ready & POLLWRNORM) != 0) Flush();
  if ((ready & ~POLLWRNORM) == 0) return;
  std::array<std::uint8_t, 4096> input;
  const int count =
      recv(socket_.get(), reinterpret_cast<char*>(input.data()), static_cast<int>(input.size()), 0);
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

bool TcpLine::IsDone(Clock::time_point now) {
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

std::optional<TcpLine::Clock::time_point> TcpLine::LingerUntil() {
  const std::lock_guard lock(mutex_);
  if (!hung_up_ || !socket_) return std::nullopt;
  return linger_until_;
}

std::size_t TcpLine::SendNow(const std::uint8_t* bytes, std::size_t size) {
  const int sent =
      send(socket_.get(), reinterpret_cast<const char*>(bytes), static_cast<int>(size), 0);
  if (sent >= 0) return static_cast<std::size_t>(sent);
  return WSAGetLastError() == WSAEWOULDBLOCK ? 0 : size;
}

void TcpLine::Flush() {
  const std::lock_guard lock(mutex_);
  const auto sent = static_cast<std::ptrdiff_t>(SendNow(out_.data(), out_.size()));
  out_.erase(out_.begin(), out_.begin() + sent);
}

}  // namespace rasshost
