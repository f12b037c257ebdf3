// SPDX-License-Identifier: MIT
// Who carries out what a session's machine decides.
#pragma once

#include "common/session_machine.h"
#include "security_dll/host_lock.h"
#include "security_dll/session.h"

namespace rasshost {

class SessionOwner {
 public:
  // Null when there is none of this number any more.
  virtual SessionPtr Find(const HostLock::Guard&, std::uint64_t id) noexcept = 0;

  // The machine of this session has answered `action` to something that is not a frame: Complete is
  // called soon if that is what it wants, and a session that is over is forgotten. The caller has a
  // reference of its own that outlives the lock.
  virtual void Settle(const HostLock::Guard&, const SessionPtr& session,
                      SessionAction action) noexcept = 0;

  // The server is not to hear of this session again, and its worker is told so. Settle() follows.
  virtual void Abandon(const HostLock::Guard&, Session& session) noexcept = 0;

  // Nothing more can be done for this session, whose verdict becomes ERROR with this code unless it
  // has one: what its policy would say to a receive that fails for want of memory is no judgement
  // of the caller (SD-11).
  virtual void Fail(const HostLock::Guard&, const SessionPtr& session, DWORD error) noexcept = 0;

 protected:
  ~SessionOwner() = default;
};

}  // namespace rasshost
