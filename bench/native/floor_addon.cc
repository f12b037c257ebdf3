// SPDX-License-Identifier: MIT
// floor.node: the floor program's half in node.exe. One thread-safe call a wake-up, which hands
// every keystroke to JavaScript; what JavaScript sends goes back over the channel.
#include <atomic>
#include <optional>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "addon/windows_napi.h"
#include "bench/native/hops.h"
#include "common/frame.h"
#include "windows/channel.h"

namespace rasshost {

class FloorAddon : public Napi::Addon<FloorAddon> {
 public:
  FloorAddon(Napi::Env, Napi::Object exports) {
    DefineAddon(exports, {InstanceMethod("open", &FloorAddon::Open),
                          InstanceMethod("send", &FloorAddon::SendKey)});
  }

 private:
  static void CallJs(Napi::Env env, Napi::Function on_key, FloorAddon* addon, void*) {
    if (env != nullptr) addon->Drain(env, on_key);
  }
  using Tsfn = Napi::TypedThreadSafeFunction<FloorAddon, void, CallJs>;

  // open(section, toWorker, toHost, onKey)
  void Open(const Napi::CallbackInfo& info) {
    const auto handle = [&](std::size_t i) {
      bool lossless = false;
      return reinterpret_cast<HANDLE>(
          static_cast<std::uintptr_t>(info[i].As<Napi::BigInt>().Uint64Value(&lossless)));
    };
    channel_ = Channel::Open({handle(0), handle(1), handle(2)});
    if (!channel_) throw Napi::Error::New(info.Env(), "the channel's handles are not valid");
    wake_js_ = Tsfn::New(info.Env(), info[3].As<Napi::Function>(), "floor", 0, 1, this);
    // It ends with the process.
    std::thread([this] {
      for (;;) {
        wake_js_.NonBlockingCall();
        WaitForSingleObject(channel_->wake_event(), INFINITE);
        woken_ = Now();
      }
    }).detach();
  }

  void SendKey(const Napi::CallbackInfo& info) {
    keystroke_.key = static_cast<char>(info[0].As<Napi::Number>().Int32Value());
    std::vector<std::byte> bytes;
    Encode({session_, Send{keystroke_.ToBytes()}}, bytes);
    channel_->Write(bytes);
    channel_->Wake();
  }

  void Drain(Napi::Env env, Napi::Function on_key) {
    std::vector<std::byte> bytes;
    do {
      while (channel_->Read(bytes) == RingStatus::kOk) {
        const auto frame = Decode(bytes, Direction::kToWorker);
        const auto* const received = frame ? std::get_if<Received>(&frame->message) : nullptr;
        if (received == nullptr) continue;
        session_ = frame->session;
        keystroke_ = Keystroke::From(received->data);
        keystroke_.at[kReaderWoken] = woken_;
        keystroke_.at[kInJavaScript] = Now();
        on_key.Call({Napi::Number::New(env, keystroke_.key)});
      }
    } while (!channel_->Sleep());
  }

  std::optional<Channel> channel_;
  Tsfn wake_js_;
  std::atomic<LONGLONG> woken_ = 0;
  std::uint64_t session_ = 0;
  Keystroke keystroke_{};
};

NODE_API_ADDON(FloorAddon)

}  // namespace rasshost
