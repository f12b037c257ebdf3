// SPDX-License-Identifier: MIT
#include "refused_memory.h"

#include <doctest/doctest.h>

#include <array>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "common/command_line.h"
#include "common/forwarded_calls.h"
#include "common/frame.h"
#include "common/session_core.h"
#include "common/session_table.h"
#include "common/setting_value.h"

using namespace rasshost;

namespace {

struct Session : SessionCore {
  using SessionCore::SessionCore;
  std::shared_ptr<int> worker;
};
using Sessions = SessionTable<Session>;

std::shared_ptr<Session> NewSession(std::uint64_t id, std::uintptr_t port) {
  return std::make_shared<Session>(id, reinterpret_cast<const void*>(port),
                                   FrameLimits{false, 1500, 1500}, 645);
}

const std::string kLong(200, 'x');

const std::vector<Frame> kFrames = {
    {0, Hello{1, std::string(64, 'b')}},
    {1, Begin{1500, 1500, 120000, 1, 2, 3, std::string(128, 'd')}},
    {1, Received{0, std::vector<std::byte>(65535)}},
    {0, Ready{1, std::string(64, 'b')}},
    {0, Refused{kLong}},
    {1, Send{std::vector<std::byte>(1500)}},
    {1, Verdict{kSuccessMessage, 0, kLong, std::string(15, 'D')}},
};

Direction DirectionOf(const Frame& frame) {
  return frame.message.index() < Message(Ready{}).index() ? Direction::kToWorker
                                                          : Direction::kToHost;
}

std::vector<std::byte> Encoded(const Frame& frame) {
  std::vector<std::byte> bytes;
  REQUIRE(Encode(frame, bytes));
  return bytes;
}

std::span<const std::byte> BytesOf(std::u16string_view text) {
  return std::as_bytes(std::span(text));
}

}  // namespace

TEST_CASE("a frame is encoded whole or not at all, whichever allocation is refused") {
  for (const Frame& frame : kFrames) {
    WithEveryAllocationRefused("encode", [&](auto without) {
      std::vector<std::byte> bytes;
      bool fits = false;
      const bool got_it = without([&] { fits = Encode(frame, bytes); });
      CHECK_EQ(fits, got_it);
      // The same buffer serves for the next one.
      CHECK(Encode(frame, bytes));
      CHECK(bytes == Encoded(frame));
    });
  }
}

TEST_CASE("a frame is decoded whole or not at all, whichever allocation is refused") {
  for (const Frame& frame : kFrames) {
    const std::vector<std::byte> bytes = Encoded(frame);
    WithEveryAllocationRefused("decode", [&](auto without) {
      std::optional<Frame> decoded;
      const bool got_it = without([&] { decoded = Decode(bytes, DirectionOf(frame)); });
      // Not taken for a fault of the sender.
      CHECK_EQ(decoded.has_value(), got_it);
      if (decoded) CHECK(Encoded(*decoded) == bytes);
    });
  }
}

TEST_CASE("a session is in the table whole or not at all, whichever allocation is refused") {
  WithEveryAllocationRefused("sessions", [](auto without) {
    Sessions sessions;
    const auto earlier = NewSession(sessions.TakeId(), 1);
    sessions.Add(earlier);
    for (std::uintptr_t port = 2; port < 40; ++port) {
      const std::uint64_t id = sessions.TakeId();
      std::shared_ptr<Session> session;
      const bool got_it = without([&] {
        session = NewSession(id, port);
        sessions.Add(session);
      });
      const void* const handle = reinterpret_cast<const void*>(port);
      CHECK_EQ(sessions.Find(id) != nullptr, got_it);
      CHECK_EQ(sessions.OnPort(handle) != nullptr, got_it);
      if (!got_it) sessions.Add(NewSession(id, port));
      CHECK_EQ(sessions.OnPort(handle), sessions.Find(id));
    }
    CHECK_EQ(sessions.Find(earlier->id), earlier);
  });
}

TEST_CASE("a session is decided on, ended and removed without memory") {
  Sessions sessions;
  const auto worker = std::make_shared<int>(0);
  for (std::uintptr_t port = 1; port < 40; ++port) {
    const auto session = NewSession(sessions.TakeId(), port);
    session->worker = worker;
    sessions.Add(session);
    session->machine.On(SessionEvent::kDelivered);
    Frame verdict{session->id, Verdict{kSuccessMessage, 0, kLong, std::string(15, 'D')}};
    AsksForNone([&] {
      if (port % 2 == 0) sessions.OnFrame(*worker, verdict);
      if (port % 3 == 0) sessions.End(*session, 645);
      if (port % 3 == 1) sessions.Abandon(session->port);
      sessions.Remove(session->id);
    });
    CHECK_EQ(sessions.Find(session->id), nullptr);
    CHECK_EQ(sessions.OnPort(session->port), nullptr);
  }
}

TEST_CASE("a port's calls are forwarded or there are none, whichever allocation is refused") {
  WithEveryAllocationRefused("forwarded calls", [](auto without) {
    std::array<std::byte, 100> buffer{};
    std::optional<ForwardedCalls> calls;
    const bool got_it = without([&] { calls.emplace(buffer, buffer, kLong); });
    CHECK_EQ(calls && calls->device_name() == kLong, got_it);
  });
}

TEST_CASE(
    "a setting is as before or new, and has a reason or none, whichever allocation is refused") {
  std::u16string path;
  for (int i = 0; i < 20; ++i) path += u"C:\\ras\\policies\\";
  WithEveryAllocationRefused("text", [&](auto without) {
    std::wstring text = L"as before";
    std::string fault = "as before";
    const bool got_it = without([&] { fault = ReadText({1, BytesOf(path)}, text); });
    CHECK_EQ(text != L"as before", got_it);
    CHECK_EQ(fault.empty(), got_it);
  });
  WithEveryAllocationRefused("no text", [&](auto without) {
    std::wstring text = L"as before";
    std::string fault;
    const bool got_it = without([&] { fault = ReadText({10, BytesOf(path)}, text); });
    CHECK_EQ(text, L"as before");
    CHECK_EQ(!fault.empty(), got_it);
  });
  WithEveryAllocationRefused("no number", [&](auto without) {
    std::uint32_t number = 7;
    std::string fault;
    const bool got_it = without([&] { fault = ReadNumber({10, BytesOf(path)}, 1, 9, number); });
    CHECK_EQ(number, 7);
    CHECK_EQ(!fault.empty(), got_it);
  });
}

TEST_CASE("a command line is whole or is none, whichever allocation is refused") {
  const auto made = [] {
    CommandLine line(L"C:\\Program Files\\node.exe");
    line.Add(L"an \"argument\" of many words").AddQuoted(L"--and --more --of --them");
    return line.text();
  };
  const std::wstring whole = made();
  WithEveryAllocationRefused("command line", [&](auto without) {
    std::wstring text;
    const bool got_it = without([&] { text = made(); });
    CHECK_EQ(text == whole, got_it);
  });
}
