// SPDX-License-Identifier: MIT
// What the security DLL decides about any frame of any worker, for any session, in any state,
// among everything else that may happen meanwhile: no frame breaks an invariant, and everything
// comes to its end.
//
// Input: a byte for the placement and the number of ports, then steps: a byte for the step and one
// for the session, port or worker. From SessionWorld::kSteps on, the step is a frame.
#include <array>
#include <memory>
#include <string>
#include <vector>

#include "input.h"
#include "session_world.h"

namespace rasshost {
namespace {

// As long as SECURITY_MESSAGE's fields, and not a byte longer for the sanitizer.
template <std::size_t kSize>
void CopyToField(const std::string& text) {
  const auto field = std::make_unique<std::array<char, kSize>>();
  std::copy(text.begin(), text.end(), field->begin());
  Require(field->back() == '\0', "SD-12: a name has its end");
}

class FuzzedWorld final : public SessionWorld {
 public:
  using SessionWorld::SessionWorld;

 private:
  void CallSend(WorldSession&, const Send& send) override {
    Require(!send.data.empty(), "SD-16: nothing is not sent");
    const auto buffer = std::make_unique<std::array<std::byte, kSendSize>>();
    std::copy(send.data.begin(), send.data.end(), buffer->begin());
  }
  void CallReceive(WorldSession&, const Receive& receive) override {
    Require(receive.length > 0 && receive.length <= kReceiveSize,
            "SD-17: as much is asked for as fits, and never nothing");
  }
  void CallComplete(WorldSession& session) override {
    CopyToField<kMaxUserName + 1>(session.verdict().user_name);
    CopyToField<kMaxDomain + 1>(session.verdict().domain);
  }
};

std::string TakeText(Input& input) {
  const auto bytes = input.Bytes(input.Byte() * 2u);
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

Message TakeMessage(Input& input, int kind) {
  switch (kind) {
    case 0: {
      const auto bytes = input.Bytes(input.Byte() % 32);
      return Send{{bytes.begin(), bytes.end()}};
    }
    case 1:
      return Receive{static_cast<std::uint16_t>(input.U16()), input.Byte()};
    case 2:
      return Verdict{input.Byte() % 5u, input.U16() % 601, TakeText(input), TakeText(input)};
    case 3:
      return Hold{};
    case 4:
      return Release{};
    case 5:
      return LetGo{};
    default:
      return Refused{TakeText(input)};
  }
}

// Through the codec, as over the channel. Either any bytes, or a frame of any content for a session
// of this worker or of another, or for one that there is not.
void WriteFrame(FuzzedWorld& world, Input& input, std::size_t which) {
  const std::uint8_t how = input.Byte();
  const auto& sessions = world.sessions();
  const auto& workers = world.workers();
  std::uint64_t session = sessions.empty() ? 1 : which % sessions.size() + 1;
  WorldWorker* worker = workers.back().get();
  if (!sessions.empty() && sessions[session - 1]->worker) {
    worker = sessions[session - 1]->worker.get();
  }
  if ((how & 0x10) != 0) session = input.Byte() % 8;
  if ((how & 0x20) != 0) worker = workers[input.Byte() % workers.size()].get();

  std::vector<std::byte> bytes;
  if ((how & 7) == 7) {
    const auto any = input.Bytes(input.Byte());
    bytes.assign(any.begin(), any.end());
  } else if (!Encode({session, TakeMessage(input, how & 7)}, bytes)) {
    return;
  }
  if (!world.MayWrite(worker)) return;
  if (auto frame = Decode(bytes, Direction::kToHost)) {
    world.OnFrame(*worker, *frame);
  } else {
    worker->at_fault = true;
  }
}

void Run(Input input) {
  const std::uint8_t how = input.Byte();
  FuzzedWorld world({.in_process = (how & 1) != 0,
                     .ports = 1 + (how >> 1) % 3,
                     .workers = 3,
                     .sessions = 6,
                     .stops = 2});
  for (int i = 0; i < 256 && !input.AtEnd(); ++i) {
    const int chosen = input.Byte() % (SessionWorld::kSteps + 8);
    const std::size_t which = input.Byte();
    if (chosen >= SessionWorld::kSteps) {
      WriteFrame(world, input, which);
    } else {
      const Step step = static_cast<Step>(chosen);
      const std::size_t count = world.CountOf(step);
      if (count > 0 && world.IsPossible(step, which % count)) world.Run(step, which % count);
    }
    Require(world.fault().empty(), world.fault().c_str());
  }
  world.ComeToAnEnd();
  Require(world.fault().empty(), world.fault().c_str());
}

}  // namespace
}  // namespace rasshost

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  rasshost::Run(rasshost::Input(data, size));
  return 0;
}
