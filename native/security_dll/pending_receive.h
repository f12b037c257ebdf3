// SPDX-License-Identifier: MIT
// A receive that Rasman may own: the length word and the event that it writes to after
// RasSecurityDialogReceive has returned.
#pragma once

#include <cstdint>
#include <memory>

#include "common/awaited_signal.h"
#include "security_dll/private_pool.h"
#include "windows/ras_interface.h"
#include "windows/unique_handle.h"

namespace rasshost {

// From Arm() to the signal it keeps itself alive, even when the transaction ends before (SD-19).
// Owners get it from the ReceivePool, and it goes back there when nobody owns it any more: its
// event is registered with the system once and for good, since to wait for it anew each time would
// cost more than all else that is done for a keystroke.
class PendingReceive : public std::enable_shared_from_this<PendingReceive> {
 public:
  class Listener {
   public:
    // Once for each Arm() and ArmToLook(); the receive may be used again from then on. Runs on a
    // thread of the private pool, or inside these or DeliverIfOverdue(). `signalled`: false when
    // only the time to look has come, and the receive may still be Rasman's.
    virtual void OnReceiveSignalled(std::uint64_t session,
                                    const std::shared_ptr<PendingReceive>& receive,
                                    bool signalled) noexcept = 0;

   protected:
    ~Listener() = default;
  };

  explicit PendingReceive(Listener& listener) noexcept : listener_(listener) {}

  // False when the system refuses an event, a wait, or a place in the pool. After true it must not
  // be destroyed.
  bool Register(PrivatePool& pool) noexcept;
  // Whose it is from now on.
  void Assign(std::uint64_t session) noexcept { session_ = session; }

  // What to pass to Rasman. Exactly two bytes are Rasman's.
  WORD* length() noexcept { return &length_; }
  HANDLE event() const noexcept { return event_.get(); }

  // From now on the listener hears of a signal, also of one that has come already. The session
  // lasts for `session_seconds` at most. A minute later the wait is overdue.
  void Arm(DWORD session_seconds) noexcept;
  // The same, but in so many milliseconds it is time to look in any case.
  void ArmToLook(DWORD look_ms) noexcept;

  // If the signal should have come long ago, acts as if it had come. The server is documented to
  // signal at the receive's time-out in any case, but one that has dropped a receive may be silent.
  // If only the clock has jumped, the session still runs: it finds that its receive is still
  // Rasman's, and waits again.
  void DeliverIfOverdue(std::uint64_t now_ms) noexcept;

  PendingReceive* next_free = nullptr;  // the pool's

 private:
  static void CALLBACK Signalled(void* context, BOOLEAN) noexcept;
  static void CALLBACK Collect(PTP_CALLBACK_INSTANCE, void* context, PTP_WORK) noexcept;
  static void CALLBACK Look(PTP_CALLBACK_INSTANCE, void* context, PTP_TIMER) noexcept;
  bool Await(std::uint64_t overdue_ms) noexcept;
  void Deliver(bool signalled) noexcept;

  Listener& listener_;
  WORD length_ = 0;
  UniqueHandle event_;
  // The wait's thread waits for the events of others as well: it only passes the signal on.
  UniqueThreadpoolWork collect_work_;
  UniqueThreadpoolTimer look_timer_;
  std::uint64_t session_ = 0;
  AwaitedSignal signal_;
  bool looking_ = false;                  // of what is awaited; written before that
  std::shared_ptr<PendingReceive> self_;  // from Arm() to the signal
};

}  // namespace rasshost
