// SPDX-License-Identifier: MIT
// A receive that Rasman may own: the length word and the event that it writes to after
// RasSecurityDialogReceive has returned.
#pragma once

#include <cstdint>
#include <memory>

#include "common/ras_interface.h"
#include "common/unique_handle.h"

namespace rasshost {

// Lives until its event is signalled, even when the transaction ends before (SD-19): from Arm() to
// the signal it keeps itself alive. A server that is silent about a receive that it has dropped is
// waited for until a good while after the receive's own time-out, when it is documented to have
// signalled in any case.
class PendingReceive : public std::enable_shared_from_this<PendingReceive> {
 public:
  // On a thread-pool thread, once for each Arm(). The receive may be used again from then on.
  class Listener {
   public:
    virtual void OnReceiveSignalled(std::uint64_t session,
                                    const std::shared_ptr<PendingReceive>& receive) noexcept = 0;

   protected:
    ~Listener() = default;
  };

  // Null when there is no memory, or the system refuses an event or a wait.
  static std::shared_ptr<PendingReceive> Create(std::uint64_t session, Listener& listener) noexcept;

  // What to pass to Rasman. Exactly two bytes are Rasman's.
  WORD* length() noexcept { return &length_; }
  HANDLE event() const noexcept { return event_.get(); }

  // Waits for the event in the system's thread pool, a minute longer than Rasman's own time-out.
  void Arm(DWORD timeout_seconds) noexcept;

 private:
  PendingReceive(std::uint64_t session, Listener& listener) noexcept
      : session_(session), listener_(listener) {}
  static void CALLBACK Signalled(PTP_CALLBACK_INSTANCE, void* context, PTP_WAIT,
                                 TP_WAIT_RESULT) noexcept;

  const std::uint64_t session_;
  Listener& listener_;
  WORD length_ = 0;
  UniqueHandle event_;
  UniqueThreadpoolWait wait_;
  std::shared_ptr<PendingReceive> self_;  // from Arm() to Signalled()
};

}  // namespace rasshost
