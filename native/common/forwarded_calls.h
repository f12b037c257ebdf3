// SPDX-License-Identifier: MIT
// The documented Rasman calls as a worker's policy sees them, for one port: what is refused without
// asking the RAS process, and what an answer of it does.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>

#include "common/frame.h"

namespace rasshost {

class ForwardedCalls {
 public:
  // The buffers are the port's, and outlive this.
  ForwardedCalls(std::span<std::byte> send, std::span<std::byte> receive, std::string device_name);

  // kPending: the frame may go. Anything else is the call's answer.
  std::uint32_t CheckSend(const void* buffer, std::uint16_t length) const noexcept;
  // Likewise. `length` is where the answer's length goes, until FinishReceive() or Detach().
  std::uint32_t BeginReceive(const void* buffer, std::uint16_t* length) noexcept;
  // The frame could not go.
  void CancelReceive() noexcept { wanted_ = nullptr; }
  // Fills the buffer, the length word and what GetInfo tells. False when nobody waits for it.
  bool FinishReceive(const Received& received) noexcept;
  // The transaction is over: nothing is read or written any more.
  void Detach() noexcept;

  bool detached() const noexcept { return detached_; }
  // As RAS_SECURITY_INFO has them.
  std::uint32_t last_error() const noexcept { return last_error_; }
  std::uint32_t bytes_received() const noexcept { return bytes_received_; }
  const std::string& device_name() const noexcept { return device_name_; }

 private:
  const std::span<std::byte> send_;
  const std::span<std::byte> receive_;
  const std::string device_name_;
  bool detached_ = false;
  std::uint16_t* wanted_ = nullptr;  // where the length goes; null: no receive is outstanding
  std::uint32_t last_error_ = 0;
  std::uint32_t bytes_received_ = 0;
};

}  // namespace rasshost
