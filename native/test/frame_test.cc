// SPDX-License-Identifier: MIT
#include "common/frame.h"

#include <doctest/doctest.h>

#include <random>

using namespace rasshost;

namespace {

std::vector<std::byte> Bytes(std::string_view text) {
  const auto bytes = std::as_bytes(std::span(text));
  return {bytes.begin(), bytes.end()};
}

const std::vector<Message> kToWorkerMessages = {
    Hello{1, "0123456789abcdef"},
    Begin{1500, 16, 120000, 0x1122334455667788, 1, 2, "Standard 33600 bps Modem"},
    Received{600, Bytes("alice\r")},
    Received{0, {}},
    Ended{EndReason::kCompleted},
    Ping{2000},
    Leave{},
};
const std::vector<Message> kToHostMessages = {
    Ready{1, ""},
    Refused{"policy.ts: no default export"},
    Send{Bytes(std::string("8-bit \x00\xff clean", 15))},
    Receive{1500, 60},
    Verdict{1, 0, std::string(256, 'u'), std::string(15, 'D')},
    Hold{},
    Release{},
    LetGo{},
    Pong{},
};

std::vector<std::byte> Encoded(const Frame& frame) {
  std::vector<std::byte> bytes;
  REQUIRE(Encode(frame, bytes));
  return bytes;
}

}  // namespace

TEST_CASE("Every frame decodes to what was encoded, and encodes to the same bytes again") {
  const auto round_trip = [](const std::vector<Message>& messages, Direction direction) {
    for (const Message& message : messages) {
      const auto bytes = Encoded({42, message});
      const auto decoded = Decode(bytes, direction);
      REQUIRE(decoded);
      CHECK(decoded->session == 42);
      CHECK(decoded->message.index() == message.index());
      CHECK(Encoded(*decoded) == bytes);
    }
  };
  round_trip(kToWorkerMessages, Direction::kToWorker);
  round_trip(kToHostMessages, Direction::kToHost);
}

TEST_CASE("A frame of the wrong direction does not decode") {
  for (const Message& message : kToWorkerMessages) {
    CHECK_FALSE(Decode(Encoded({1, message}), Direction::kToHost));
  }
  for (const Message& message : kToHostMessages) {
    CHECK_FALSE(Decode(Encoded({1, message}), Direction::kToWorker));
  }
}

TEST_CASE("A frame that is cut short or has a byte too many does not decode") {
  // Send and Received take all that is left as data: any length of theirs is right.
  const auto is_open_ended = [](const Message& message) {
    return std::holds_alternative<Send>(message) || std::holds_alternative<Received>(message);
  };
  for (const Message& message : kToHostMessages) {
    const auto whole = Encoded({1, message});
    for (std::size_t length = 0; length <= whole.size() + 1; ++length) {
      if (length == whole.size()) continue;
      auto bytes = whole;
      bytes.resize(length);
      CHECK_FALSE(Decode(bytes, Direction::kToHost));  // the length field disagrees
      if (length < kFrameHeaderSize || is_open_ended(message)) continue;
      StoreU32(bytes.data(), static_cast<std::uint32_t>(length));
      CHECK_FALSE(Decode(bytes, Direction::kToHost));  // the body is not complete, or more than it
    }
  }
}

TEST_CASE("Unknown types, flags and reserved bits do not decode") {
  const auto whole = Encoded({1, Hold{}});
  for (const int type : {0x00, 0x07, 0x80, 0x8a, 0xff}) {
    auto bytes = whole;
    bytes[4] = static_cast<std::byte>(type);
    CHECK_FALSE(Decode(bytes, Direction::kToHost));
  }
  for (std::size_t at = 5; at < 8; ++at) {
    auto bytes = whole;
    bytes[at] = std::byte{1};
    CHECK_FALSE(Decode(bytes, Direction::kToHost));
  }
  auto ended = Encoded({1, Ended{EndReason::kDeadline}});
  ended.back() = std::byte{4};
  CHECK_FALSE(Decode(ended, Direction::kToWorker));
}

TEST_CASE("Whatever decodes encodes to the bytes it came from, for random changes to real frames") {
  std::mt19937 random(20261121);
  std::uniform_int_distribution<int> byte(0, 255);
  for (int round = 0; round < 20000; ++round) {
    const Message& message =
        kToHostMessages[static_cast<std::size_t>(round) % kToHostMessages.size()];
    auto bytes = Encoded({static_cast<std::uint64_t>(round), message});
    for (int change = 0; change < 3; ++change) {
      bytes[static_cast<std::size_t>(random()) % bytes.size()] =
          static_cast<std::byte>(byte(random));
    }
    const auto frame = Decode(bytes, Direction::kToHost);
    if (frame) CHECK(Encoded(*frame) == bytes);
  }
}

TEST_CASE("Text beyond its field is refused when encoding, never cut (SD-12)") {
  std::vector<std::byte> bytes;
  CHECK_FALSE(Encode({1, Verdict{1, 0, std::string(257, 'u'), "D"}}, bytes));
  CHECK_FALSE(Encode({1, Verdict{1, 0, "u", std::string(16, 'D')}}, bytes));
  CHECK_FALSE(Encode({1, Send{std::vector<std::byte>(65540)}}, bytes));
}

TEST_CASE("A receive of as many bytes as a WORD can count fits a frame (SD-17)") {
  const auto bytes = Encoded({1, Received{0, std::vector<std::byte>(65535)}});
  CHECK(Decode(bytes, Direction::kToWorker));
}

TEST_CASE("A verdict is well formed exactly when SECURITY_MESSAGE allows it (SD-08 to SD-12)") {
  CHECK(IsWellFormed({1, 0, "alice", "CONTOSO"}));
  CHECK(IsWellFormed({2, 0, "alice", "CONTOSO"}));
  CHECK(IsWellFormed({3, 645, "", ""}));
  CHECK(IsWellFormed({1, 0, std::string(256, 'u'), std::string(15, 'D')}));
  CHECK_FALSE(IsWellFormed({0, 0, "alice", "CONTOSO"}));
  CHECK_FALSE(IsWellFormed({4, 0, "alice", "CONTOSO"}));
  CHECK_FALSE(IsWellFormed({1, 5, "alice", "CONTOSO"}));
  CHECK_FALSE(IsWellFormed({2, 5, "alice", "CONTOSO"}));
  CHECK_FALSE(IsWellFormed({3, 0, "", ""}));
  CHECK_FALSE(IsWellFormed({3, 600, "", ""}));
  CHECK_FALSE(IsWellFormed({1, 0, "", "CONTOSO"}));
  CHECK_FALSE(IsWellFormed({1, 0, "alice", ""}));
  CHECK_FALSE(IsWellFormed({1, 0, std::string(257, 'u'), "D"}));
  CHECK_FALSE(IsWellFormed({1, 0, "u", std::string(16, 'D')}));
  CHECK_FALSE(IsWellFormed({1, 0, std::string("al\0ice", 6), "CONTOSO"}));
}
