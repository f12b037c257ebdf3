// SPDX-License-Identifier: MIT
// What the encoder and the decoder of frames have in common: types and little endian integers.
#pragma once

#include <concepts>
#include <cstddef>
#include <cstdint>

namespace rasshost {

enum class FrameType : std::uint8_t {
  kHello = 0x01,
  kBegin = 0x02,
  kReceived = 0x03,
  kEnded = 0x04,
  kPing = 0x05,
  kLeave = 0x06,
  kReady = 0x81,
  kRefused = 0x82,
  kSend = 0x83,
  kReceive = 0x84,
  kVerdict = 0x85,
  kHold = 0x86,
  kRelease = 0x87,
  kLetGo = 0x88,
  kPong = 0x89,
};

template <std::unsigned_integral T>
T Load(const std::byte* at) noexcept {
  T value = 0;
  for (std::size_t i = 0; i < sizeof(T); ++i) {
    value = static_cast<T>(value | static_cast<T>(static_cast<T>(at[i]) << (8 * i)));
  }
  return value;
}

template <std::unsigned_integral T>
void Store(std::byte* at, T value) noexcept {
  for (std::size_t i = 0; i < sizeof(T); ++i) at[i] = static_cast<std::byte>(value >> (8 * i));
}

}  // namespace rasshost
