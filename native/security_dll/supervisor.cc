// SPDX-License-Identifier: MIT
#include "security_dll/supervisor.h"

#include <new>
#include <utility>

#include "common/relative_time.h"

namespace rasshost {
namespace {

// A worker that has stood idle for so long was not started in vain, whatever ends it.
constexpr std::uint64_t kProvenMs = 60'000;

// SilenceSeconds in beats. Beats are counted rather than time, which jumps when a machine sleeps.
constexpr int kMissedBeats = 5;

}  // namespace

Supervisor::Supervisor(std::mutex& lock, Listener& listener)
    : lock_(lock),
      listener_(listener),
      start_work_(CreateThreadpoolWork(StartWanted, this, nullptr)),
      restart_timer_(CreateThreadpoolTimer(MayRestart, this, nullptr)),
      beat_timer_(CreateThreadpoolTimer(Beat, this, nullptr)) {}

std::shared_ptr<Worker> Supervisor::Current(const Guard&) noexcept {
  if (!current_) {
    demanded_ = true;
    SubmitThreadpoolWork(start_work_);
  }
  return current_;
}

void Supervisor::SessionBegun(const Guard&, Worker& worker) noexcept {
  worker.has_served = true;
  throttle_.Reset();
}

// --- Starts ---

void CALLBACK Supervisor::StartWanted(PTP_CALLBACK_INSTANCE, void* context, PTP_WORK) noexcept {
  static_cast<Supervisor*>(context)->Start();
}

void CALLBACK Supervisor::MayRestart(PTP_CALLBACK_INSTANCE, void* context, PTP_TIMER) noexcept {
  static_cast<Supervisor*>(context)->Start();
}

void Supervisor::Start() noexcept {
  std::shared_ptr<const Settings> settings;
  {
    const Guard guard(lock_);
    const auto purpose = NextStart(guard);
    if (!purpose) return;
    purpose_ = *purpose;
    launching_ = true;
    settings = settings_;
  }
  // Whoever has set `launching_` is alone here, and before the first worker nobody else logs.
  if (!std::exchange(log_opened_, true)) log_.Open(settings->log_path);
  DWORD error = ERROR_OUTOFMEMORY;
  std::string why;
  if (Launch(settings, error, why)) return;

  bool callers_wait = false;
  Delay delay;
  {
    const Guard guard(lock_);
    launching_ = false;
    callers_wait = !current_;
    delay = Failed(guard);
  }
  if (callers_wait) listener_.OnNoWorker(error);
  log_.Write({"worker not started: ", why, ": error ", std::to_string(error)});
  Tell(delay);
  SubmitThreadpoolWork(start_work_);
}

bool Supervisor::Launch(const std::shared_ptr<const Settings>& settings, DWORD& error,
                        std::string& why) noexcept {
  std::shared_ptr<Worker> worker;
  try {
    worker = Worker::Start(settings, log_, *this, error, why);
  } catch (const std::bad_alloc&) {
  }
  if (!worker) return false;
  {
    const Guard guard(lock_);
    launching_ = false;
    starting_ = worker;
    worker->Write({0, Hello{kProtocolVersion, RASSHOST_BUILD_ID}});
  }
  // Only now: what it tells must find it in its place.
  worker->Listen();
  return true;
}

std::optional<Supervisor::Purpose> Supervisor::NextStart(const Guard&) noexcept {
  if (!demanded_ || launching_ || starting_) return std::nullopt;
  const bool wants_spare = settings_->spare_workers > 0 && placement() == Placement::kWorker;
  if (current_ && (spare_ || !wants_spare)) return std::nullopt;
  if (const std::uint64_t wait_ms = throttle_.WaitMs(GetTickCount64()); wait_ms > 0) {
    FILETIME time = FromNow(wait_ms);
    SetThreadpoolTimer(restart_timer_, &time, 0, 0);
    return std::nullopt;
  }
  return current_ ? Purpose::kSpare : Purpose::kCurrent;
}

// --- Frames ---

bool Supervisor::OnFrame(Worker& worker, Frame& frame) {
  {
    const Guard guard(lock_);
    if (worker.ready && std::holds_alternative<Pong>(frame.message)) {
      if (frame.session != 0) return false;
      // One that nobody has asked for is the worker's own affair.
      worker.pong_due = false;
      return true;
    }
    if (frame.session != 0 && !worker.ready) return false;
  }
  if (frame.session == 0) return OnHandshake(worker, frame.message);
  return listener_.OnSessionFrame(worker, frame);
}

bool Supervisor::OnHandshake(Worker& worker, const Message& message) {
  if (const auto* refused = std::get_if<Refused>(&message)) {
    OnWorkerLost(worker, ERROR_BAD_CONFIGURATION, "it refused to serve: " + refused->reason);
    return true;
  }
  const auto* ready = std::get_if<Ready>(&message);
  if (ready == nullptr) return false;
  if (ready->protocol != kProtocolVersion || ready->build_id != RASSHOST_BUILD_ID) {
    OnWorkerLost(worker, ERROR_REVISION_MISMATCH,
                 "it speaks protocol " + std::to_string(ready->protocol) + ", build " +
                     ready->build_id + "; rasshost.dll speaks protocol " +
                     std::to_string(kProtocolVersion) + ", build " RASSHOST_BUILD_ID);
    return true;
  }
  bool is_current = false;
  {
    const Guard guard(lock_);
    if (worker.ready) return false;
    if (worker.lost) return true;
    OnReady(guard, worker);
    is_current = current_.get() == &worker;
  }
  listener_.OnCurrentChanged();
  SubmitThreadpoolWork(start_work_);
  log_.Write({"worker ready: it ", is_current ? "takes the calls" : "stands by"});
  return true;
}

void Supervisor::OnReady(const Guard& guard, Worker& worker) noexcept {
  worker.ready = true;
  worker.ready_since_ms = GetTickCount64();
  // Whatever it was started for: the current one may have been lost meanwhile.
  (current_ ? spare_ : current_) = std::move(starting_);
  const DWORD beat_ms = settings_->silence_seconds * 1000 / kMissedBeats;
  if (std::exchange(beat_ms_, beat_ms) != beat_ms) {
    FILETIME time = FromNow(beat_ms);
    SetThreadpoolTimer(beat_timer_, &time, beat_ms, 0);
  }
  // At once, so that it knows from now on what to expect of us.
  TakePulse(guard, worker);
}

// --- Heartbeat ---

void CALLBACK Supervisor::Beat(PTP_CALLBACK_INSTANCE, void* context, PTP_TIMER) noexcept {
  static_cast<Supervisor*>(context)->TakePulses();
}

void Supervisor::TakePulses() noexcept {
  for (auto* const place : {&current_, &spare_}) {
    std::shared_ptr<Worker> worker;
    {
      const Guard guard(lock_);
      worker = *place;
      if (!worker || TakePulse(guard, *worker)) continue;
    }
    OnWorkerLost(*worker, ERROR_TIMEOUT, "it does not answer");
  }
}

bool Supervisor::TakePulse(const Guard&, Worker& worker) noexcept {
  // JavaScript of this process can't be ended, whatever it does.
  if (worker.placement() == Placement::kInProcess) return true;
  // A worker that is silent is not asked again, so that its channel does not fill up.
  if (worker.pong_due) return ++worker.missed_beats < kMissedBeats;
  worker.pong_due = true;
  worker.missed_beats = 0;
  worker.Write({0, Ping{beat_ms_}});
  return true;
}

// --- Ends ---

void Supervisor::OnWorkerLost(Worker& worker, DWORD error, std::string_view why) noexcept {
  const bool here = worker.placement() == Placement::kInProcess;
  bool callers_wait = false;
  Delay delay;
  {
    const Guard guard(lock_);
    if (std::exchange(worker.lost, true)) return;
    callers_wait = starting_.get() == &worker && !current_;
    for (auto* place : {&starting_, &current_, &spare_}) {
      if (place->get() == &worker) place->reset();
    }
    if (!current_) current_ = std::move(spare_);
    // One that dies at its work is no sign that the next would be of no use.
    const bool idled = worker.ready && GetTickCount64() - worker.ready_since_ms >= kProvenMs;
    if (!worker.has_served && !idled) delay = Failed(guard);
    if (here) worker.Write({0, Ended{EndReason::kHost}});
  }
  if (!here) worker.Stop();
  listener_.OnSessionsLost(worker, error, here);
  // A worker that never got ready would not do so for these callers either; one that died at its
  // work leaves them to the next.
  if (callers_wait) listener_.OnNoWorker(error);
  listener_.OnCurrentChanged();
  log_.Write({"worker lost: ", why, ": error ", std::to_string(error)});
  Tell(delay);
  SubmitThreadpoolWork(start_work_);
}

void Supervisor::OnWorkerGone(Worker& worker) noexcept {
  OnWorkerLost(worker, ERROR_PROCESS_ABORTED, "it has ended");
  if (worker.placement() == Placement::kWorker) return;
  worker.Stop();
  listener_.OnSessionsLost(worker, ERROR_PROCESS_ABORTED, false);
}

void Supervisor::OnStartBound(Worker& worker) noexcept {
  {
    const Guard guard(lock_);
    if (worker.ready) return;
  }
  OnWorkerLost(worker, ERROR_SERVICE_REQUEST_TIMEOUT, "it was not ready within StartSeconds");
}

Supervisor::Delay Supervisor::Failed(const Guard&) noexcept {
  if (placement() == Placement::kInProcess) {
    // JavaScript of this process offers itself when it likes: the next caller asks again.
    demanded_ = false;
    return {};
  }
  const std::uint64_t delay_ms = throttle_.Failed(GetTickCount64());
  return {delay_ms, throttle_.failures()};
}

void Supervisor::Tell(const Delay& delay) noexcept {
  if (delay.failures == 0) return;
  log_.Write({"worker throttled: ", std::to_string(delay.failures),
              " in a row were of no use, the next start waits ", std::to_string(delay.ms), " ms"});
}

}  // namespace rasshost
