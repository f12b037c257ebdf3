// SPDX-License-Identifier: MIT
// One transaction's port as JavaScript sees it: the buffers, the length word, the receive event.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "addon/windows_napi.h"
#include "common/forwarded_calls.h"
#include "common/frame.h"
#include "windows/ras_interface.h"
#include "windows/unique_handle.h"

namespace rasshost {

// All members are for the JavaScript thread, except that in-process the event is signalled by
// Rasman and `Listener` is called on a thread of the system's pool.
class Port {
 public:
  class Listener {
   public:
    virtual void OnSignalled(std::uint64_t session) noexcept = 0;

   protected:
    ~Listener() = default;
  };

  // In a worker the port has memory and a handle value of its own; in-process they are the RAS
  // server's, named in `begin`. Throws std::bad_alloc, Napi::Error.
  Port(std::uint64_t session, const Begin& begin, Listener& listener);
  // Waits for a callback of the receive event that is running. What Rasman may still write to is
  // left to it, unless ReceiveEnded().
  ~Port();
  Port(const Port&) = delete;
  Port& operator=(const Port&) = delete;

  std::uint64_t session() const noexcept { return session_; }
  HPORT handle() const noexcept { return handle_; }

  // What JavaScript is told of it: the three buffers, the handles, the budget.
  Napi::Object Describe(Napi::Env env, const Begin& begin, const void* complete);

  // Wipes the buffers and takes them away from JavaScript: from now on a write to one throws, or
  // does nothing, instead of reaching the next caller's memory. `receiving`: Rasman still owns the
  // length word and the event. False when that was done before.
  bool Detach(bool receiving) noexcept;
  bool in_process() const noexcept { return rasmans_ != nullptr; }
  bool is_rasmans() const noexcept { return in_process() && receiving_; }

  // In-process, on the JavaScript thread, after each OnSignalled: the next signal will be heard.
  void Listen() noexcept;
  void ReceiveEnded() noexcept { receiving_ = false; }

  // The documented calls, forwarded: the checks that need no round trip. They answer PENDING when
  // the frame may go, else an error code.
  DWORD CheckSend(const BYTE* buffer, WORD length) const noexcept {
    return calls_.CheckSend(buffer, length);
  }
  DWORD BeginReceive(BYTE* buffer, WORD* length, HANDLE event) noexcept;
  void FillInfo(RAS_SECURITY_INFO& info) const noexcept;

  // The answer to the forwarded receive: fills buffer, length and state, then signals. True when
  // the event was this port's own, which JavaScript hears of directly.
  bool FinishReceive(const Received& received) noexcept;
  // It could not be forwarded.
  void CancelReceive() noexcept { calls_.CancelReceive(); }

 private:
  static void CALLBACK Signalled(PTP_CALLBACK_INSTANCE, void* context, PTP_WAIT,
                                 TP_WAIT_RESULT) noexcept;

  const std::uint64_t session_;
  Listener& listener_;
  std::vector<std::byte> own_memory_;  // empty in-process
  HPORT handle_;
  const std::span<std::byte> send_;
  const std::span<std::byte> receive_;
  ForwardedCalls calls_;
  WORD own_length_ = 0;  // in a worker: the length word that JavaScript passes to Receive
  HANDLE event_;         // what JavaScript passes to Receive
  // In-process: what Rasman writes to while a receive is outstanding. It may outlive everything
  // else.
  struct Rasmans {
    WORD length = 0;
    UniqueHandle event;
  };
  std::unique_ptr<Rasmans> rasmans_;
  UniqueThreadpoolWait wait_;
  std::vector<Napi::Reference<Napi::ArrayBuffer>> views_;
  // Whether Rasman owns a receive; before Detach() only JavaScript knows.
  bool receiving_ = true;
  HANDLE wanted_event_ = nullptr;  // of the forwarded receive
};

}  // namespace rasshost
