// SPDX-License-Identifier: MIT
// The worker's end of the channel in one JavaScript environment: frames of the security DLL become
// calls of JavaScript handlers, the documented Rasman calls become frames.
#pragma once

#include <cstddef>
#include <deque>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <unordered_map>
#include <vector>

#include "addon/port.h"
#include "addon/windows_napi.h"
#include "common/frame.h"
#include "windows/attachment.h"
#include "windows/channel.h"
#include "windows/srw_lock.h"

namespace rasshost {

// Members are for the JavaScript thread unless they say otherwise. One at most an environment.
class Connection final : private Port::Listener {
 public:
  // Over inherited handles, in a worker process. Throws Napi::Error.
  static std::unique_ptr<Connection> Open(Napi::Env env, const ChannelHandles& handles,
                                          Napi::Object handlers);
  // Without a channel yet: rasshost.dll in this process finds it by Attach(). Throws Napi::Error
  // when another environment of the process has offered itself already.
  static std::unique_ptr<Connection> Offer(Napi::Env env, Napi::Object handlers);
  ~Connection();
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  // On a thread of rasshost.dll: hands a channel to the environment that has offered itself.
  static DWORD Attach(const Attachment& attachment) noexcept;
  // The connection of this JavaScript thread, for the exports that koffi calls; null if none.
  static Connection* OfThisThread() noexcept;

  void Write(const Frame& frame);
  Port* FindPort(HPORT handle) noexcept;
  // Takes the port's memory away from JavaScript. `receiving`: Rasman may still write to its length
  // word, so the port is kept until its event comes.
  void Detach(std::uint64_t session, bool receiving);
  // The port has no further use for JavaScript.
  void Forget(std::uint64_t session) noexcept;

 private:
  Connection(Napi::Env env, Napi::Object handlers);
  static void CallJs(Napi::Env env, Napi::Function, Connection* connection, void*);
  using Tsfn = Napi::TypedThreadSafeFunction<Connection, void, CallJs>;

  void OnSignalled(std::uint64_t session) noexcept override;
  void Start(Channel channel);
  void TakeAttachment();
  void ReadLoop(HANDLE wake, HANDLE stop) noexcept;
  void Shutdown() noexcept;
  void OnWake(Napi::Env env);
  std::size_t Drain(Napi::Env env);
  void Dispatch(Napi::Env env, const Frame& frame);
  std::size_t DrainSignalled(Napi::Env env);
  void FlushOverflow() noexcept;
  void Close(const std::string& reason);
  template <typename... Arguments>
  void Handler(const char* name, Arguments... arguments);

  Napi::Env env_;
  Napi::ObjectReference handlers_;
  Tsfn wake_js_;
  std::optional<Channel> channel_;
  UniqueHandle gone_;  // in-process: tells rasshost.dll that this environment has ended
  UniqueHandle stop_;
  std::thread reader_;  // waits for the channel's event; touches nothing else
  bool closed_ = false;
  // JavaScript answers several frames: the other end is woken once for all that it writes.
  bool gathers_ = false;

  std::unordered_map<std::uint64_t, std::unique_ptr<Port>> ports_;
  std::unordered_map<HPORT, Port*> by_handle_;
  std::unordered_map<std::uint64_t, std::unique_ptr<Port>> parked_;
  std::deque<std::vector<std::byte>> overflow_;  // frames for which the ring had no room

  SrwLock lock_;  // guards what other threads leave for the JavaScript thread:
  std::vector<std::uint64_t> signalled_;
  std::optional<Attachment> attachment_;
};

}  // namespace rasshost
