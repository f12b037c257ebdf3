// SPDX-License-Identifier: MIT
// A worker's port against any frames from the other end and any calls of a policy, which can write
// to the length word and to its buffers whenever it likes.
//
// Input: the sizes of the buffers, then operations, each a byte followed by what it takes.
#include <memory>
#include <optional>
#include <vector>

#include "common/forwarded_calls.h"
#include "common/ras_codes.h"
#include "input.h"

namespace rasshost {
namespace {

// A frame's bytes with the session and the type that are wanted, or as they come.
std::optional<Frame> TakeFrame(Input& input) {
  std::vector<std::byte> bytes(kFrameHeaderSize);
  bytes[4] = static_cast<std::byte>(input.Byte());
  bytes[8] = static_cast<std::byte>(input.Byte() & 1);
  const auto body = input.Bytes(input.Byte());
  bytes.insert(bytes.end(), body.begin(), body.end());
  StoreU32(bytes.data(), static_cast<std::uint32_t>(bytes.size()));
  return Decode(bytes, Direction::kToWorker);
}

void Run(Input input) {
  // Blocks of their own, so that the sanitizer sees a byte beyond or after the end.
  const std::size_t send_size = input.Byte() % 64, receive_size = input.Byte() % 64;
  auto send = std::make_unique<std::byte[]>(send_size);
  auto receive = std::make_unique<std::byte[]>(receive_size);
  auto length = std::make_unique<std::uint16_t>();
  // What a policy remembers of them after the end.
  const std::byte* const send_at = send.get();
  const std::byte* const receive_at = receive.get();
  std::uint16_t* const length_at = length.get();
  ForwardedCalls calls({send.get(), send_size}, {receive.get(), receive_size}, "modem");

  bool receiving = false;
  for (int i = 0; i < 256 && !input.AtEnd(); ++i) {
    const std::uint8_t operation = input.Byte();
    switch (operation % 6) {
      case 0: {
        const auto size = static_cast<std::uint16_t>(input.U16());
        const bool right = (operation & 64) == 0;
        const auto code = calls.CheckSend(right ? send_at : nullptr, size);
        Require((code == kPending) ==
                    (right && size > 0 && size <= send_size && !receiving && !calls.detached()),
                "SD-16: a send is forwarded exactly when it may be");
        break;
      }
      case 1: {
        if (!calls.detached()) *length = static_cast<std::uint16_t>(input.U16());
        const bool fits = calls.detached() || (*length > 0 && *length <= receive_size);
        const bool right = (operation & 64) == 0;
        const auto code = calls.BeginReceive(right ? receive_at : nullptr, length_at);
        if (code == kPending) {
          Require(right && fits && !receiving && !calls.detached(), "SD-17, SD-22");
          Require(calls.last_error() == kPending, "GetInfo says pending");
          receiving = true;
        }
        break;
      }
      case 2: {
        const auto frame = TakeFrame(input);
        const auto* received = frame ? std::get_if<Received>(&frame->message) : nullptr;
        if (received == nullptr) break;
        const bool heard = calls.FinishReceive(*received);
        Require(heard == (receiving && !calls.detached()), "an answer belongs to a receive");
        if (!heard) break;
        receiving = false;
        Require(*length <= receive_size && *length == calls.bytes_received(), "SD-17");
        Require(*length <= received->data.size(), "no byte that the caller did not send");
        Require(std::equal(receive.get(), receive.get() + *length, received->data.begin()),
                "the bytes are the caller's");
        Require(calls.last_error() == received->last_error, "the error is Rasman's");
        break;
      }
      case 3:
        if (!calls.detached()) *length = static_cast<std::uint16_t>(input.U16());
        break;
      case 4:
        if (!receiving) break;
        calls.CancelReceive();
        receiving = false;
        break;
      default:
        if ((operation & 64) == 0) break;
        // They go: a late touch must be seen.
        calls.Detach();
        receiving = false;
        send.reset();
        receive.reset();
        length.reset();
    }
  }
}

}  // namespace
}  // namespace rasshost

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  rasshost::Run(rasshost::Input(data, size));
  return 0;
}
