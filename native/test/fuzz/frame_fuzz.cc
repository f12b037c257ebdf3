// SPDX-License-Identifier: MIT
// The frame codec, both directions: any bytes either do not decode or are the only encoding of
// what they decode to, and nothing that a caller typed is left after wiping (SD-32).
//
// Input: a byte for the direction, then the frame. With the direction byte's second bit set the
// frame's length field is filled in, so that bodies are reached without guessing it.
#include <string_view>
#include <type_traits>
#include <variant>
#include <vector>

#include "common/frame.h"
#include "input.h"

namespace rasshost {
namespace {

bool AllZero(std::span<const std::byte> bytes) {
  return std::all_of(bytes.begin(), bytes.end(), [](std::byte b) { return b == std::byte{0}; });
}

// Limits of the documents, said again independently of the codec.
void CheckLimits(const Message& message) {
  std::visit(
      [](const auto& m) {
        using M = std::decay_t<decltype(m)>;
        if constexpr (std::is_same_v<M, Hello> || std::is_same_v<M, Ready>) {
          Require(m.build_id.size() <= 64, "a build id fits");
        } else if constexpr (std::is_same_v<M, Begin>) {
          Require(m.device_name.size() <= 128, "a device name fits RAS_SECURITY_INFO");
        } else if constexpr (std::is_same_v<M, Refused>) {
          Require(m.reason.size() <= 4096, "a reason fits the log");
        } else if constexpr (std::is_same_v<M, Received> || std::is_same_v<M, Send>) {
          Require(m.data.size() <= 65539, "data fits a frame");
        } else if constexpr (std::is_same_v<M, Ended>) {
          Require(static_cast<int>(m.reason) <= 3, "a reason has a name");
        } else if constexpr (std::is_same_v<M, Verdict>) {
          if (!IsWellFormed(m)) return;
          Require(m.message_id >= 1 && m.message_id <= 3, "SD-08");
          Require((m.message_id == 3) == (m.error != 0) && m.error != 600, "SD-09, SD-10");
          Require(m.user_name.size() <= 256 && m.domain.size() <= 15, "SD-12");
          Require(m.message_id == 3 || (!m.user_name.empty() && !m.domain.empty()), "SD-09");
          const std::string_view nul("\0", 1);
          Require((m.user_name + m.domain).find(nul) == std::string::npos, "SD-12: no NUL");
        }
      },
      message);
}

void Run(Input input) {
  const std::uint8_t how = input.Byte();
  const Direction direction = (how & 1) != 0 ? Direction::kToHost : Direction::kToWorker;
  const auto body = input.Bytes(kMaxFrameSize + 16);
  // Exactly as large as its content, so that the sanitizer sees every byte beyond.
  std::vector<std::byte> bytes(body.begin(), body.end());
  if ((how & 2) != 0 && bytes.size() >= kFrameHeaderSize) {
    StoreU32(bytes.data(), static_cast<std::uint32_t>(bytes.size()));
  }

  auto frame = Decode(bytes, direction);
  if (!frame) return;
  Require(
      !Decode(bytes, direction == Direction::kToHost ? Direction::kToWorker : Direction::kToHost),
      "a frame has one direction");
  CheckLimits(frame->message);
  std::vector<std::byte> again{std::byte{0xff}};
  Require(Encode(*frame, again), "what decodes encodes");
  Require(again == bytes, "a message has one encoding");

  Wipe(*frame);
  if (const auto* received = std::get_if<Received>(&frame->message)) {
    Require(AllZero(received->data), "what a caller typed is wiped");
  }
  if (const auto* send = std::get_if<Send>(&frame->message)) {
    Require(AllZero(send->data), "what a caller is told is wiped");
  }
  Wipe(bytes);
  Require(AllZero(bytes), "an encoding is wiped");
}

}  // namespace
}  // namespace rasshost

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  rasshost::Run(rasshost::Input(data, size));
  return 0;
}
