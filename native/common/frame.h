// SPDX-License-Identifier: MIT
// The frames that the security DLL and its worker exchange, and their encoding: little endian,
// `u32 length, u8 type, u8 flags, u16 reserved, u64 session`, then the body. A frame that does not
// decode exactly, to the last byte, is a fault of the sender.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace rasshost {

inline constexpr std::uint32_t kProtocolVersion = 2;
inline constexpr std::uint32_t kFrameHeaderSize = 16;
// The longest body: Received with as many bytes as a WORD can count.
inline constexpr std::uint32_t kMaxFrameSize = kFrameHeaderSize + 4 + 65535;

inline constexpr std::size_t kMaxUserName = 256;    // lmcons.h UNLEN
inline constexpr std::size_t kMaxDomain = 15;       // lmcons.h DNLEN
inline constexpr std::size_t kMaxDeviceName = 128;  // mprapi.h MAX_DEVICE_NAME
inline constexpr std::size_t kMaxBuildId = 64;
inline constexpr std::size_t kMaxReason = 4096;

std::uint32_t LoadU32(const std::byte* at) noexcept;
void StoreU32(std::byte* at, std::uint32_t value) noexcept;

// --- From the security DLL to the worker ---

// First frame in each direction: both ends must have been built together.
struct Hello {
  std::uint32_t protocol;
  std::string build_id;
};

// A transaction has begun. The addresses are 0 when the worker is another process.
struct Begin {
  std::uint32_t send_size;     // bytes
  std::uint32_t receive_size;  // bytes
  std::uint32_t budget_ms;     // time that the dialog has left
  std::uint64_t port;          // HPORT
  std::uint64_t send_buffer;
  std::uint64_t receive_buffer;
  std::string device_name;
};

// A receive has ended, in RAS_SECURITY_INFO's terms.
struct Received {
  std::uint32_t last_error;
  std::vector<std::byte> data;
};

enum class EndReason : std::uint8_t { kDisconnected = 0, kDeadline = 1, kHost = 2, kCompleted = 3 };

// The transaction is over, or waits only for Release.
struct Ended {
  EndReason reason;
};

// Asks whether the worker's event loop turns. Comes again after the interval, once it is answered.
struct Ping {
  std::uint32_t interval_ms;
};

// No session follows, and none is with the worker any more.
struct Leave {};

// --- From the worker to the security DLL ---

// The policy is loaded.
struct Ready {
  std::uint32_t protocol;
  std::string build_id;
};

// The worker can't serve, with the reason for the log.
struct Refused {
  std::string reason;  // UTF-8
};

struct Send {
  std::vector<std::byte> data;
};

struct Receive {
  std::uint16_t length;           // bytes
  std::uint32_t timeout_seconds;  // 0 = none
};

// rasshost.h's SECURITYMSG_SUCCESS, _FAILURE and _ERROR.
inline constexpr std::uint32_t kSuccessMessage = 1;
inline constexpr std::uint32_t kFailureMessage = 2;
inline constexpr std::uint32_t kErrorMessage = 3;

// What SECURITY_MESSAGE carries, without the port handle.
struct Verdict {
  std::uint32_t message_id;
  std::uint32_t error;
  std::string user_name;
  std::string domain;
};

// End shall be answered NO_ERROR, until Release.
struct Hold {};
struct Release {};

// In-process: JavaScript does not touch the port any more.
struct LetGo {};

// The answer to Ping, given on the JavaScript thread.
struct Pong {};

using Message = std::variant<Hello, Begin, Received, Ended, Ping, Leave, Ready, Refused, Send,
                             Receive, Verdict, Hold, Release, LetGo, Pong>;

struct Frame {
  std::uint64_t session;  // 0 for frames that concern the worker as a whole
  Message message;
};

// The frame's bytes, replacing what `out` held. Text and data longer than their limits are a
// programming error of the caller and are refused with false. Throws std::bad_alloc.
bool Encode(const Frame& frame, std::vector<std::byte>& out);

// Which frames a reader accepts.
enum class Direction { kToWorker, kToHost };

// Nothing when the bytes are not exactly one well-formed frame of that direction.
// Throws std::bad_alloc.
std::optional<Frame> Decode(std::span<const std::byte> bytes, Direction direction);

// Overwrites what a caller may have typed, or is told, in a frame and in its encoding (SD-32).
void Wipe(std::span<std::byte> bytes) noexcept;
void Wipe(Frame& frame) noexcept;

// SD-08 to SD-12: what may be handed to the RAS server as a SECURITY_MESSAGE.
bool IsWellFormed(const Verdict& verdict) noexcept;

}  // namespace rasshost
