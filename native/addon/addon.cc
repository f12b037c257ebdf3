// SPDX-License-Identifier: MIT
// rasshost.node: what JavaScript can ask of it. Types: lib/rasman/native-addon.ts.
#include <cstdint>
#include <memory>
#include <string>

#include "addon/connection.h"
#include "addon/windows_napi.h"
#include "windows/ras_interface.h"

namespace rasshost {

// State of one environment, destroyed with it. Everything runs on its JavaScript thread.
class Addon : public Napi::Addon<Addon> {
 public:
  Addon(Napi::Env env, Napi::Object exports) {
    DefineAddon(exports, {
                             InstanceValue("buildId", Napi::String::New(env, RASSHOST_BUILD_ID)),
                             InstanceMethod("layouts", &Addon::Layouts),
                             InstanceMethod("open", &Addon::Open),
                             InstanceMethod("offer", &Addon::Offer),
                             InstanceMethod("ready", &Addon::Ready),
                             InstanceMethod("refuse", &Addon::Refuse),
                             InstanceMethod("hold", &Addon::HoldSession),
                             InstanceMethod("release", &Addon::ReleaseSession),
                             InstanceMethod("detach", &Addon::Detach),
                             InstanceMethod("close", &Addon::Close),
                         });
  }

 private:
  Napi::Value Layouts(const Napi::CallbackInfo& info) {
    const Napi::Env env = info.Env();
    const auto number = [&](std::size_t value) {
      return Napi::Number::New(env, static_cast<double>(value));
    };
    auto message = Napi::Object::New(env);
    message["size"] = number(sizeof(SECURITY_MESSAGE));
    message["dwMsgId"] = number(offsetof(SECURITY_MESSAGE, dwMsgId));
    message["hPort"] = number(offsetof(SECURITY_MESSAGE, hPort));
    message["dwError"] = number(offsetof(SECURITY_MESSAGE, dwError));
    message["UserName"] = number(offsetof(SECURITY_MESSAGE, UserName));
    message["Domain"] = number(offsetof(SECURITY_MESSAGE, Domain));
    auto security_info = Napi::Object::New(env);
    security_info["size"] = number(sizeof(RAS_SECURITY_INFO));
    security_info["LastError"] = number(offsetof(RAS_SECURITY_INFO, LastError));
    security_info["BytesReceived"] = number(offsetof(RAS_SECURITY_INFO, BytesReceived));
    security_info["DeviceName"] = number(offsetof(RAS_SECURITY_INFO, DeviceName));
    auto layouts = Napi::Object::New(env);
    layouts["SECURITY_MESSAGE"] = message;
    layouts["RAS_SECURITY_INFO"] = security_info;
    return layouts;
  }

  void Open(const Napi::CallbackInfo& info) {
    const auto handle = [&](std::size_t i) {
      bool lossless = false;
      return reinterpret_cast<HANDLE>(
          static_cast<std::uintptr_t>(info[i].As<Napi::BigInt>().Uint64Value(&lossless)));
    };
    connection_ =
        Connection::Open(info.Env(), {handle(0), handle(1), handle(2)}, info[3].As<Napi::Object>());
    EndWithEnvironment(info.Env());
  }

  void Offer(const Napi::CallbackInfo& info) {
    connection_ = Connection::Offer(info.Env(), info[0].As<Napi::Object>());
    EndWithEnvironment(info.Env());
  }

  // Called when the connection has made its thread-safe function, so that this hook runs before
  // that function's own (last in, first out): the reader thread must never find it gone.
  void EndWithEnvironment(Napi::Env env) {
    env.AddCleanupHook([this] { connection_.reset(); });
  }

  void Ready(const Napi::CallbackInfo&) {
    Write({0, rasshost::Ready{kProtocolVersion, RASSHOST_BUILD_ID}});
  }

  void Refuse(const Napi::CallbackInfo& info) {
    Write({0, Refused{info[0].As<Napi::String>().Utf8Value().substr(0, kMaxReason)}});
  }

  void HoldSession(const Napi::CallbackInfo& info) { Write({Session(info), Hold{}}); }

  void ReleaseSession(const Napi::CallbackInfo& info) {
    const std::uint64_t session = Session(info);
    if (!connection_) return;
    connection_->Forget(session);
    Write({session, Release{}});
  }

  void Detach(const Napi::CallbackInfo& info) {
    if (connection_) connection_->Detach(Session(info), info[1].As<Napi::Boolean>());
  }

  void Close(const Napi::CallbackInfo&) { connection_.reset(); }

  std::uint64_t Session(const Napi::CallbackInfo& info) const {
    bool lossless = false;
    return info[0].As<Napi::BigInt>().Uint64Value(&lossless);
  }

  void Write(const Frame& frame) {
    if (connection_) connection_->Write(frame);
  }

  std::unique_ptr<Connection> connection_;
};

NODE_API_ADDON(Addon)

}  // namespace rasshost
