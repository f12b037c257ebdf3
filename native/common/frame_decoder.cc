// SPDX-License-Identifier: MIT
#include <concepts>
#include <utility>

#include "common/frame.h"
#include "common/frame_format.h"

namespace rasshost {
namespace {

// Takes the fields of a body. After the first impossible one `ok` is false for good, and the
// fields that follow are zero or empty.
class Reader {
 public:
  explicit Reader(std::span<const std::byte> bytes) : bytes_(bytes) {}

  template <std::unsigned_integral T>
  T Integer() {
    const auto field = Take(sizeof(T));
    return ok ? Load<T>(field.data()) : T{0};
  }
  std::string Text(std::size_t most) {
    const std::size_t length = Integer<std::uint16_t>();
    ok = ok && length <= most;
    const auto field = Take(length);
    if (!ok) return {};
    return std::string(reinterpret_cast<const char*>(field.data()), field.size());
  }
  std::vector<std::byte> Rest() {
    const auto field = Take(bytes_.size());
    return {field.begin(), field.end()};
  }
  bool AtEnd() const { return ok && bytes_.empty(); }

  bool ok = true;

 private:
  std::span<const std::byte> Take(std::size_t count) {
    ok = ok && count <= bytes_.size();
    if (!ok) return {};
    const auto field = bytes_.first(count);
    bytes_ = bytes_.subspan(count);
    return field;
  }

  std::span<const std::byte> bytes_;
};

std::optional<Message> TakeToWorker(FrameType type, Reader& r) {
  switch (type) {
    case FrameType::kHello: {
      Hello m;
      m.protocol = r.Integer<std::uint32_t>();
      m.build_id = r.Text(kMaxBuildId);
      return m;
    }
    case FrameType::kBegin: {
      Begin m;
      m.send_size = r.Integer<std::uint32_t>();
      m.receive_size = r.Integer<std::uint32_t>();
      m.budget_ms = r.Integer<std::uint32_t>();
      m.port = r.Integer<std::uint64_t>();
      m.send_buffer = r.Integer<std::uint64_t>();
      m.receive_buffer = r.Integer<std::uint64_t>();
      m.device_name = r.Text(kMaxDeviceName);
      return m;
    }
    case FrameType::kReceived: {
      Received m;
      m.last_error = r.Integer<std::uint32_t>();
      m.data = r.Rest();
      return m;
    }
    case FrameType::kEnded: {
      const auto reason = r.Integer<std::uint8_t>();
      if (reason > static_cast<std::uint8_t>(EndReason::kCompleted)) return std::nullopt;
      return Ended{static_cast<EndReason>(reason)};
    }
    case FrameType::kPing:
      return Ping{r.Integer<std::uint32_t>()};
    case FrameType::kLeave:
      return Leave{};
    default:
      return std::nullopt;
  }
}

std::optional<Message> TakeToHost(FrameType type, Reader& r) {
  switch (type) {
    case FrameType::kReady: {
      Ready m;
      m.protocol = r.Integer<std::uint32_t>();
      m.build_id = r.Text(kMaxBuildId);
      return m;
    }
    case FrameType::kRefused:
      return Refused{r.Text(kMaxReason)};
    case FrameType::kSend:
      return Send{r.Rest()};
    case FrameType::kReceive: {
      Receive m;
      m.length = r.Integer<std::uint16_t>();
      m.timeout_seconds = r.Integer<std::uint32_t>();
      return m;
    }
    case FrameType::kVerdict: {
      Verdict m;
      m.message_id = r.Integer<std::uint32_t>();
      m.error = r.Integer<std::uint32_t>();
      m.user_name = r.Text(kMaxUserName);
      m.domain = r.Text(kMaxDomain);
      return m;
    }
    case FrameType::kHold:
      return Hold{};
    case FrameType::kRelease:
      return Release{};
    case FrameType::kLetGo:
      return LetGo{};
    case FrameType::kPong:
      return Pong{};
    default:
      return std::nullopt;
  }
}

}  // namespace

std::uint32_t LoadU32(const std::byte* at) noexcept { return Load<std::uint32_t>(at); }

std::optional<Frame> Decode(std::span<const std::byte> bytes, Direction direction) {
  if (bytes.size() < kFrameHeaderSize || bytes.size() > kMaxFrameSize) return std::nullopt;
  if (Load<std::uint32_t>(bytes.data()) != bytes.size()) return std::nullopt;
  const auto flags_and_reserved = Load<std::uint32_t>(bytes.data() + 4) >> 8;
  if (flags_and_reserved != 0) return std::nullopt;

  const auto type = static_cast<FrameType>(bytes[4]);
  Reader reader(bytes.subspan(kFrameHeaderSize));
  auto message =
      direction == Direction::kToWorker ? TakeToWorker(type, reader) : TakeToHost(type, reader);
  if (!message || !reader.AtEnd()) return std::nullopt;
  return Frame{Load<std::uint64_t>(bytes.data() + 8), std::move(*message)};
}

}  // namespace rasshost
