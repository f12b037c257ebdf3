// SPDX-License-Identifier: MIT
#include "security_dll/supervisor.h"

#include <utility>

#include "security_dll/guarded.h"
#include "security_dll/short_text.h"
#include "windows/relative_time.h"

namespace rasshost {
namespace {

std::string_view TextOf(WearReason reason) noexcept {
  switch (reason) {
    case WearReason::kDialogs:
      return "it has held RecycleDialogs";
    case WearReason::kHours:
      return "it is older than RecycleHours";
    default:
      return "it uses more than MemoryMegabytes";
  }
}

}  // namespace

Supervisor::Endings::~Endings() {
  for (std::size_t i = 0; i < count_; ++i) workers_[i]->Stop();
}

void Supervisor::Endings::Add(std::shared_ptr<Worker> worker) noexcept {
  if (worker) workers_[count_++] = std::move(worker);
}

Supervisor::Supervisor(HostLock& lock, HostService& service, Reports& reports, Listener& listener)
    : lock_(lock),
      service_(service),
      listener_(listener),
      reports_(reports),
      start_work_(Granted(UniqueThreadpoolWork(CreateThreadpoolWork(StartWanted, this, nullptr)))),
      restart_timer_(
          Granted(UniqueThreadpoolTimer(CreateThreadpoolTimer(MayRestart, this, nullptr)))),
      beat_timer_(Granted(UniqueThreadpoolTimer(CreateThreadpoolTimer(Beat, this, nullptr)))),
      settings_(std::make_shared<const Settings>(Settings::Read())),
      fleet_(settings_->placement == Placement::kInProcess, BeatMs(*settings_)),
      placement_(settings_->placement) {
  // Before there is a thread that logs: a time-out may overtake the first start.
  reports_.Open(settings_->log_path, Megabytes(settings_->log_megabytes));
}

std::uint32_t Supervisor::BeatMs(const Settings& settings) noexcept {
  return settings.silence_seconds * 1000 / Fleet::kMissedBeats;
}

void Supervisor::Act(const Guard& guard, Endings& endings) noexcept {
  while (const auto action = fleet_.Take()) {
    std::shared_ptr<Worker>& worker = workers_[action->place];
    switch (action->kind) {
      case FleetActionKind::kStart:
        SubmitThreadpoolWork(start_work_.get());
        break;
      case FleetActionKind::kStartLater: {
        FILETIME time = FromNow(action->value);
        SetThreadpoolTimer(restart_timer_.get(), &time, 0, 0);
        break;
      }
      case FleetActionKind::kBeat: {
        FILETIME time = FromNow(fleet_.beat_ms());
        SetThreadpoolTimer(beat_timer_.get(), &time, 0, 0);
        break;
      }
      case FleetActionKind::kPing:
        worker->Write({0, Ping{fleet_.beat_ms()}});
        break;
      case FleetActionKind::kLeave:
        worker->Write({0, Leave{}});
        break;
      case FleetActionKind::kTellLost:
        worker->Write({0, Ended{EndReason::kHost}});
        break;
      case FleetActionKind::kEnd:
        endings.Add(std::move(worker));
        break;
      case FleetActionKind::kCurrentChanged:
        listener_.OnCurrentChanged(guard);
        break;
      case FleetActionKind::kRecycled:
        reports_.Write({"worker recycled: ", TextOf(static_cast<WearReason>(action->value))});
        break;
    }
  }
}

// --- Sessions ---

std::shared_ptr<Worker> Supervisor::Current(const Guard& guard) noexcept {
  Endings endings;
  const WorkerNumber number = fleet_.Demand();
  Act(guard, endings);
  return number == 0 ? nullptr : workers_[fleet_.PlaceOf(number)];
}

void Supervisor::SessionBegun(const Guard& guard, const Worker& worker) noexcept {
  Endings endings;
  fleet_.SessionBegun(worker.number(), GetTickCount64());
  Act(guard, endings);
}

void Supervisor::SessionOver(const Guard& guard, const Worker& worker) noexcept {
  Endings endings;
  fleet_.SessionOver(worker.number());
  Act(guard, endings);
}

// --- Frames ---

bool Supervisor::OnFrame(Worker& worker, Frame& frame) {
  {
    const Guard guard(lock_);
    const bool is_ready = fleet_.HasBeenReady(worker.number());
    if (is_ready && std::holds_alternative<Pong>(frame.message)) {
      fleet_.Pong(worker.number());
      return frame.session == 0;
    }
    if (frame.session != 0 && !is_ready) return false;
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
  return OnReady(worker);
}

bool Supervisor::OnReady(Worker& worker) noexcept {
  Fleet::Welcome welcome;
  {
    Endings endings;
    const Guard guard(lock_);
    welcome = fleet_.Ready(worker.number(), GetTickCount64());
    if (welcome == Fleet::Welcome::kReloaded) settings_ = worker.settings();
    Act(guard, endings);
  }
  if (welcome == Fleet::Welcome::kFault) return false;
  if (welcome == Fleet::Welcome::kTooLate) return true;
  reports_.Write({"worker ready: it ",
                  welcome == Fleet::Welcome::kStandsBy ? "stands by" : "takes the calls"});
  if (welcome == Fleet::Welcome::kReloaded) reports_.Report(EventId::kPolicyReloaded, {});
  return true;
}

void Supervisor::OnReloadWanted() noexcept {
  Endings endings;
  const Guard guard(lock_);
  fleet_.ReloadWanted();
  Act(guard, endings);
}

void Supervisor::ServiceStopped() noexcept {
  {
    Endings endings;
    const Guard guard(lock_);
    if (!fleet_.ServiceStopped()) return;
    Act(guard, endings);
  }
  reports_.Write({"the RemoteAccess service has stopped or is about to: its workers leave"});
  listener_.OnNoWorker(ERROR_SERVICE_NOT_ACTIVE);
}

// --- Ends ---

void Supervisor::OnWorkerLost(Worker& worker, DWORD error, std::string_view why) noexcept {
  Fleet::Loss loss;
  {
    Endings endings;
    const Guard guard(lock_);
    loss = fleet_.Lost(worker.number(), GetTickCount64());
    Act(guard, endings);
  }
  if (!loss.is_new) return;
  listener_.OnSessionsLost(worker, error, worker.placement() == Placement::kInProcess);
  if (loss.callers_wait) listener_.OnNoWorker(error);
  Tell(loss, error, "", why);
}

void Supervisor::OnWorkerGone(Worker& worker) noexcept {
  OnWorkerLost(worker, ERROR_PROCESS_ABORTED, worker.HowItEnded());
  if (worker.placement() == Placement::kWorker) return;
  {
    Endings endings;
    const Guard guard(lock_);
    fleet_.Gone(worker.number());
    Act(guard, endings);
  }
  listener_.OnSessionsLost(worker, ERROR_PROCESS_ABORTED, false);
}

void Supervisor::OnStartBound(Worker& worker) noexcept {
  {
    const Guard guard(lock_);
    if (fleet_.HasBeenReady(worker.number())) return;
  }
  OnWorkerLost(worker, ERROR_SERVICE_REQUEST_TIMEOUT, "it was not ready within StartSeconds");
}

void Supervisor::Tell(const Fleet::Loss& loss, DWORD error, std::string_view prefix,
                      std::string_view why) noexcept {
  if (loss.was_wanted) {
    const ShortText<900> reason(prefix, why, std::string_view(": error "), error);
    reports_.Report(loss.was_reload ? EventId::kPolicyRefused : EventId::kWorkerLost, {reason});
  }
  if (loss.delay.failures > 0) {
    reports_.Report(EventId::kWorkerThrottled,
                    {ShortText<10>(loss.delay.failures), ShortText<20>(loss.delay.ms)});
  }
}

}  // namespace rasshost
