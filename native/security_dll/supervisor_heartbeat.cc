// SPDX-License-Identifier: MIT
// How the supervisor looks after its workers: whether they answer, and what they use.
#include "security_dll/supervisor.h"

namespace rasshost {

void CALLBACK Supervisor::Beat(PTP_CALLBACK_INSTANCE, void* context, PTP_TIMER) noexcept {
  static_cast<Supervisor*>(context)->TakePulses();
}

void Supervisor::TakePulses() noexcept {
  {
    Endings endings;
    const Guard guard(lock_);
    const bool begins = fleet_.BeatBegins();
    Act(guard, endings);
    if (!begins) return;
  }
  service_.Ask();
  WorkerNumber number = 0;
  while (true) {
    std::shared_ptr<Worker> worker;
    {
      const Guard guard(lock_);
      number = fleet_.BeatNext(number);
      if (number == 0) return;
      worker = workers_[fleet_.PlaceOf(number)];
    }
    TakePulse(worker);
  }
}

void Supervisor::TakePulse(const std::shared_ptr<Worker>& worker) noexcept {
  const std::uint64_t memory = worker->MemoryInUse();
  Fleet::Pulse pulse;
  {
    Endings endings;
    const Guard guard(lock_);
    pulse = fleet_.Beat(worker->number(), GetTickCount64(), memory, worker->waits_for_us());
    Act(guard, endings);
  }
  if (pulse == Fleet::Pulse::kTooLarge) {
    OnWorkerLost(*worker, ERROR_NOT_ENOUGH_MEMORY, "it uses more than twice MemoryMegabytes");
  } else if (pulse == Fleet::Pulse::kSilent) {
    OnWorkerLost(*worker, ERROR_TIMEOUT, "it has not answered for SilenceSeconds");
  }
}

}  // namespace rasshost
