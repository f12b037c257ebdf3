// SPDX-License-Identifier: MIT
#include "security_dll/deadlines.h"

#include "security_dll/guarded.h"
#include "windows/relative_time.h"

namespace rasshost {

Deadlines::Deadlines(HostLock& lock, Listener& listener)
    : lock_(lock),
      listener_(listener),
      timer_(Granted(UniqueThreadpoolTimer(CreateThreadpoolTimer(Passed, this, nullptr)))) {}

void Deadlines::Add(const HostLock::Guard&, std::uint64_t session, std::uint64_t due_ms) {
  queue_.Add(session, due_ms);
  Arm();
}

void Deadlines::Move(const HostLock::Guard&, std::uint64_t session, std::uint64_t due_ms) noexcept {
  queue_.Move(session, due_ms);
  Arm();
}

std::optional<std::uint64_t> Deadlines::TakeDue(const HostLock::Guard&) noexcept {
  const auto due = queue_.TakeDue(GetTickCount64());
  if (!due) Arm();
  return due;
}

void Deadlines::Arm() noexcept {
  const std::uint64_t due = queue_.Earliest();
  const std::uint64_t now = GetTickCount64();
  // A timer that fires too early finds nothing due and is set anew. One whose time has passed is
  // late, because it doesn't count the time in which the machine has slept.
  if (due == DeadlineQueue::kNever || (armed_for_ms_ <= due && armed_for_ms_ > now)) return;
  armed_for_ms_ = due;
  FILETIME time = FromNow(due > now ? due - now : 0);
  SetThreadpoolTimer(timer_.get(), &time, 0, 0);
}

void CALLBACK Deadlines::Passed(PTP_CALLBACK_INSTANCE, void* context, PTP_TIMER) noexcept {
  auto* const deadlines = static_cast<Deadlines*>(context);
  {
    const HostLock::Guard guard(deadlines->lock_);
    deadlines->armed_for_ms_ = DeadlineQueue::kNever;
  }
  deadlines->listener_.OnDeadlines();
}

}  // namespace rasshost
