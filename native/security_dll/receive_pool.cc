// SPDX-License-Identifier: MIT
#include "security_dll/receive_pool.h"

#include <new>
#include <utility>

namespace rasshost {

std::shared_ptr<PendingReceive> ReceivePool::Take(std::uint64_t session) noexcept {
  DeliverOverdue();
  try {
    PendingReceive* receive = nullptr;
    {
      const Guard guard(lock_);
      receive = free_ != nullptr ? std::exchange(free_, free_->next_free) : Make(guard);
    }
    if (receive == nullptr) return nullptr;
    receive->Assign(session);
    return {receive, [this](PendingReceive* unused) { Put(unused); }};
  } catch (const std::bad_alloc&) {
    return nullptr;
  }
}

// Only if no other receive is free. Until then an overdue receive is left alone, because its event
// may still come.
void ReceivePool::DeliverOverdue() noexcept {
  const std::uint64_t now_ms = GetTickCount64();
  for (std::size_t i = 0;; ++i) {
    PendingReceive* receive = nullptr;
    {
      const Guard guard(lock_);
      if (free_ != nullptr || i >= all_.size()) return;
      receive = &all_[i];
    }
    // Without the lock, because it may come back by Put().
    receive->DeliverIfOverdue(now_ms);
  }
}

PendingReceive* ReceivePool::Make(const Guard&) {
  PendingReceive& made = all_.emplace_back(listener_);
  if (made.Register(pool_)) return &made;
  all_.pop_back();
  return nullptr;
}

void ReceivePool::Put(PendingReceive* receive) noexcept {
  const Guard guard(lock_);
  receive->next_free = std::exchange(free_, receive);
}

}  // namespace rasshost
