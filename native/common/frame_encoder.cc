// SPDX-License-Identifier: MIT
#include <concepts>

#include "common/frame.h"
#include "common/frame_format.h"

namespace rasshost {
namespace {

FrameType TypeOf(const Hello&) { return FrameType::kHello; }
FrameType TypeOf(const Begin&) { return FrameType::kBegin; }
FrameType TypeOf(const Received&) { return FrameType::kReceived; }
FrameType TypeOf(const Ended&) { return FrameType::kEnded; }
FrameType TypeOf(const Ping&) { return FrameType::kPing; }
FrameType TypeOf(const Leave&) { return FrameType::kLeave; }
FrameType TypeOf(const Ready&) { return FrameType::kReady; }
FrameType TypeOf(const Refused&) { return FrameType::kRefused; }
FrameType TypeOf(const Send&) { return FrameType::kSend; }
FrameType TypeOf(const Receive&) { return FrameType::kReceive; }
FrameType TypeOf(const Verdict&) { return FrameType::kVerdict; }
FrameType TypeOf(const Hold&) { return FrameType::kHold; }
FrameType TypeOf(const Release&) { return FrameType::kRelease; }
FrameType TypeOf(const LetGo&) { return FrameType::kLetGo; }
FrameType TypeOf(const Pong&) { return FrameType::kPong; }

// Appends the fields of a body. `ok` turns false when a text is too long for its field.
class Writer {
 public:
  explicit Writer(std::vector<std::byte>& out) : out_(out) {}

  template <std::unsigned_integral T>
  void Integer(T value) {
    const std::size_t at = out_.size();
    out_.resize(at + sizeof(T));
    Store(out_.data() + at, value);
  }
  void Text(std::string_view text, std::size_t most) {
    ok = ok && text.size() <= most;
    Integer(static_cast<std::uint16_t>(text.size()));
    Rest(std::as_bytes(std::span(text)));
  }
  void Rest(std::span<const std::byte> bytes) {
    out_.insert(out_.end(), bytes.begin(), bytes.end());
  }

  bool ok = true;

 private:
  std::vector<std::byte>& out_;
};

void Put(Writer& w, const Hello& m) {
  w.Integer(m.protocol);
  w.Text(m.build_id, kMaxBuildId);
}
void Put(Writer& w, const Ready& m) {
  w.Integer(m.protocol);
  w.Text(m.build_id, kMaxBuildId);
}
void Put(Writer& w, const Refused& m) { w.Text(m.reason, kMaxReason); }
void Put(Writer& w, const Begin& m) {
  w.Integer(m.send_size);
  w.Integer(m.receive_size);
  w.Integer(m.budget_ms);
  w.Integer(m.port);
  w.Integer(m.send_buffer);
  w.Integer(m.receive_buffer);
  w.Text(m.device_name, kMaxDeviceName);
}
void Put(Writer& w, const Received& m) {
  w.Integer(m.last_error);
  w.Rest(m.data);
}
void Put(Writer& w, const Ended& m) { w.Integer(static_cast<std::uint8_t>(m.reason)); }
void Put(Writer& w, const Ping& m) { w.Integer(m.interval_ms); }
void Put(Writer&, const Leave&) {}
void Put(Writer& w, const Send& m) { w.Rest(m.data); }
void Put(Writer& w, const Receive& m) {
  w.Integer(m.length);
  w.Integer(m.timeout_seconds);
}
void Put(Writer& w, const Verdict& m) {
  w.Integer(m.message_id);
  w.Integer(m.error);
  w.Text(m.user_name, kMaxUserName);
  w.Text(m.domain, kMaxDomain);
}
void Put(Writer&, const Hold&) {}
void Put(Writer&, const Release&) {}
void Put(Writer&, const LetGo&) {}
void Put(Writer&, const Pong&) {}

}  // namespace

void StoreU32(std::byte* at, std::uint32_t value) noexcept { Store(at, value); }

bool Encode(const Frame& frame, std::vector<std::byte>& out) {
  out.assign(kFrameHeaderSize, std::byte{0});
  Writer writer(out);
  std::visit(
      [&](const auto& message) {
        out[4] = static_cast<std::byte>(TypeOf(message));
        Put(writer, message);
      },
      frame.message);
  if (!writer.ok || out.size() > kMaxFrameSize) return false;
  Store(out.data(), static_cast<std::uint32_t>(out.size()));
  Store(out.data() + 8, frame.session);
  return true;
}

}  // namespace rasshost
