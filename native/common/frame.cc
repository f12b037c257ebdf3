// SPDX-License-Identifier: MIT
#include "common/frame.h"

#include <algorithm>
#include <concepts>
#include <cstring>

namespace rasshost {
namespace {

enum class Type : std::uint8_t {
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

Type TypeOf(const Hello&) { return Type::kHello; }
Type TypeOf(const Begin&) { return Type::kBegin; }
Type TypeOf(const Received&) { return Type::kReceived; }
Type TypeOf(const Ended&) { return Type::kEnded; }
Type TypeOf(const Ping&) { return Type::kPing; }
Type TypeOf(const Leave&) { return Type::kLeave; }
Type TypeOf(const Ready&) { return Type::kReady; }
Type TypeOf(const Refused&) { return Type::kRefused; }
Type TypeOf(const Send&) { return Type::kSend; }
Type TypeOf(const Receive&) { return Type::kReceive; }
Type TypeOf(const Verdict&) { return Type::kVerdict; }
Type TypeOf(const Hold&) { return Type::kHold; }
Type TypeOf(const Release&) { return Type::kRelease; }
Type TypeOf(const LetGo&) { return Type::kLetGo; }
Type TypeOf(const Pong&) { return Type::kPong; }

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

std::optional<Message> TakeToWorker(Type type, Reader& r) {
  switch (type) {
    case Type::kHello: {
      Hello m;
      m.protocol = r.Integer<std::uint32_t>();
      m.build_id = r.Text(kMaxBuildId);
      return m;
    }
    case Type::kBegin: {
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
    case Type::kReceived: {
      Received m;
      m.last_error = r.Integer<std::uint32_t>();
      m.data = r.Rest();
      return m;
    }
    case Type::kEnded: {
      const auto reason = r.Integer<std::uint8_t>();
      if (reason > static_cast<std::uint8_t>(EndReason::kCompleted)) return std::nullopt;
      return Ended{static_cast<EndReason>(reason)};
    }
    case Type::kPing:
      return Ping{r.Integer<std::uint32_t>()};
    case Type::kLeave:
      return Leave{};
    default:
      return std::nullopt;
  }
}

std::optional<Message> TakeToHost(Type type, Reader& r) {
  switch (type) {
    case Type::kReady: {
      Ready m;
      m.protocol = r.Integer<std::uint32_t>();
      m.build_id = r.Text(kMaxBuildId);
      return m;
    }
    case Type::kRefused:
      return Refused{r.Text(kMaxReason)};
    case Type::kSend:
      return Send{r.Rest()};
    case Type::kReceive: {
      Receive m;
      m.length = r.Integer<std::uint16_t>();
      m.timeout_seconds = r.Integer<std::uint32_t>();
      return m;
    }
    case Type::kVerdict: {
      Verdict m;
      m.message_id = r.Integer<std::uint32_t>();
      m.error = r.Integer<std::uint32_t>();
      m.user_name = r.Text(kMaxUserName);
      m.domain = r.Text(kMaxDomain);
      return m;
    }
    case Type::kHold:
      return Hold{};
    case Type::kRelease:
      return Release{};
    case Type::kLetGo:
      return LetGo{};
    case Type::kPong:
      return Pong{};
    default:
      return std::nullopt;
  }
}

}  // namespace

std::uint32_t LoadU32(const std::byte* at) noexcept { return Load<std::uint32_t>(at); }
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

std::optional<Frame> Decode(std::span<const std::byte> bytes, Direction direction) {
  if (bytes.size() < kFrameHeaderSize || bytes.size() > kMaxFrameSize) return std::nullopt;
  if (Load<std::uint32_t>(bytes.data()) != bytes.size()) return std::nullopt;
  const auto flags_and_reserved = Load<std::uint32_t>(bytes.data() + 4) >> 8;
  if (flags_and_reserved != 0) return std::nullopt;

  const auto type = static_cast<Type>(bytes[4]);
  Reader reader(bytes.subspan(kFrameHeaderSize));
  auto message =
      direction == Direction::kToWorker ? TakeToWorker(type, reader) : TakeToHost(type, reader);
  if (!message || !reader.AtEnd()) return std::nullopt;
  return Frame{Load<std::uint64_t>(bytes.data() + 8), std::move(*message)};
}

void Wipe(std::span<std::byte> bytes) noexcept {
  // Volatile, because the compiler may drop writes to memory that is about to be freed.
  volatile std::byte* const at = bytes.data();
  for (std::size_t i = 0; i < bytes.size(); ++i) at[i] = std::byte{0};
}

void Wipe(Frame& frame) noexcept {
  if (auto* received = std::get_if<Received>(&frame.message)) Wipe(received->data);
  if (auto* send = std::get_if<Send>(&frame.message)) Wipe(send->data);
}

bool IsWellFormed(const Verdict& verdict) noexcept {
  constexpr std::uint32_t kPending = 600;
  const auto has_nul = [](std::string_view text) {
    return text.find('\0') != std::string_view::npos;
  };
  if (verdict.user_name.size() > kMaxUserName || verdict.domain.size() > kMaxDomain) return false;
  if (has_nul(verdict.user_name) || has_nul(verdict.domain)) return false;
  switch (verdict.message_id) {
    case kSuccessMessage:
    case kFailureMessage:
      return verdict.error == 0 && !verdict.user_name.empty() && !verdict.domain.empty();
    case kErrorMessage:
      return verdict.error != 0 && verdict.error != kPending;
    default:
      return false;
  }
}

}  // namespace rasshost
