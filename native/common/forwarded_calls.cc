// SPDX-License-Identifier: MIT
#include "common/forwarded_calls.h"

#include <algorithm>
#include <utility>

#include "common/ras_codes.h"

namespace rasshost {

ForwardedCalls::ForwardedCalls(std::span<std::byte> send, std::span<std::byte> receive,
                               std::string device_name)
    : send_(send), receive_(receive), device_name_(std::move(device_name)) {}

std::uint32_t ForwardedCalls::CheckSend(const void* buffer, std::uint16_t length) const noexcept {
  if (detached_) return kPortDisconnected;
  if (buffer != send_.data()) return kBufferInvalid;
  if (length == 0) return kBufferInvalid;
  if (length > send_.size()) return kBufferTooSmall;
  return wanted_ != nullptr ? kAsyncRequestPending : kPending;
}

std::uint32_t ForwardedCalls::BeginReceive(const void* buffer, std::uint16_t* length) noexcept {
  if (detached_) return kPortDisconnected;
  if (buffer != receive_.data() || length == nullptr) return kBufferInvalid;
  if (*length == 0) return kBufferInvalid;
  if (*length > receive_.size()) return kBufferTooSmall;
  if (wanted_ != nullptr) return kAsyncRequestPending;
  wanted_ = length;
  last_error_ = kPending;
  return kPending;
}

bool ForwardedCalls::FinishReceive(const Received& received) noexcept {
  if (wanted_ == nullptr) return false;
  // JavaScript can write to the length word: it may be larger than it was when it was checked.
  const std::size_t count =
      std::min({received.data.size(), std::size_t{*wanted_}, receive_.size()});
  std::copy_n(received.data.begin(), count, receive_.begin());
  *wanted_ = static_cast<std::uint16_t>(count);
  wanted_ = nullptr;
  last_error_ = received.last_error;
  bytes_received_ = static_cast<std::uint32_t>(count);
  return true;
}

void ForwardedCalls::Detach() noexcept {
  detached_ = true;
  wanted_ = nullptr;
}

}  // namespace rasshost
