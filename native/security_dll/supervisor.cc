// SPDX-License-Identifier: MIT
#include "security_dll/supervisor.h"

#include <algorithm>
#include <new>
#include <utility>

#include "common/relative_time.h"
#include "security_dll/settings_report.h"

namespace rasshost {
namespace {

// A worker that has stood idle for so long was not started in vain, whatever ends it.
constexpr std::uint64_t kProvenMs = 60'000;

// So long the current worker has the processors for its first callers, before a spare starts.
constexpr std::uint64_t kSpareDelayMs = 1000;

// SilenceSeconds in beats. Beats are counted rather than time, which jumps when a machine sleeps.
constexpr int kMissedBeats = 5;

// Of a question that is asked between two beats: what is left until the next one is none.
constexpr int kBetweenBeats = -1;

}  // namespace

Supervisor::Supervisor(SrwLock& lock, Log& log, EventLog& events, Listener& listener)
    : lock_(lock),
      listener_(listener),
      log_(log),
      events_(events),
      start_work_(CreateThreadpoolWork(StartWanted, this, nullptr)),
      restart_timer_(CreateThreadpoolTimer(MayRestart, this, nullptr)),
      beat_timer_(CreateThreadpoolTimer(Beat, this, nullptr)) {
  // Before there is a thread that logs: a time-out may overtake the first start.
  log_.Open(settings_->log_path, Megabytes(settings_->log_megabytes));
}

std::shared_ptr<Worker> Supervisor::Current(const Guard&) noexcept {
  if (!current_) {
    demanded_ = true;
    SubmitThreadpoolWork(start_work_);
  }
  return current_;
}

void Supervisor::SessionBegun(const Guard& guard, Worker& worker) noexcept {
  ++worker.sessions;
  throttle_.Reset();
  if (++worker.dialogs >= worker.settings()->recycle_dialogs) {
    WearOut(guard, worker, "it has held RecycleDialogs");
  }
}

void Supervisor::SessionOver(const Guard& guard, Worker& worker) noexcept {
  --worker.sessions;
  DismissIfDone(guard, worker);
}

// --- Starts ---

void CALLBACK Supervisor::StartWanted(PTP_CALLBACK_INSTANCE, void* context, PTP_WORK) noexcept {
  static_cast<Supervisor*>(context)->Start();
}

void CALLBACK Supervisor::MayRestart(PTP_CALLBACK_INSTANCE, void* context, PTP_TIMER) noexcept {
  static_cast<Supervisor*>(context)->Start();
}

void Supervisor::Start() noexcept {
  const char* recycled = nullptr;
  {
    const Guard guard(lock_);
    recycled = std::exchange(recycled_, nullptr);
  }
  if (recycled != nullptr) log_.Write({"worker recycled: ", recycled});

  Purpose purpose;
  {
    const Guard guard(lock_);
    const auto next = NextStart(guard);
    if (!next) return;
    purpose_ = purpose = *next;
    launching_ = true;
    if (placement_ == Placement::kWorker && !beating_) {
      // Now, so that a service is known by the time that it stops.
      host_service_.Ask();
      SetBeat(guard);
    }
  }
  DWORD error = ERROR_OUTOFMEMORY;
  std::string why = "out of memory";
  try {
    if (Launch(SettingsFor(purpose), error, why)) return;
  } catch (const std::bad_alloc&) {
  }

  bool callers_wait = false;
  Delay delay;
  {
    const Guard guard(lock_);
    launching_ = false;
    // After a reload that failed, those who wait get the settings of before.
    callers_wait = !current_ && purpose != Purpose::kReload;
    if (purpose != Purpose::kReload) delay = Failed(guard);
  }
  if (callers_wait) listener_.OnNoWorker(error);
  TellLoss(purpose == Purpose::kReload, error, "not started: " + why);
  Tell(delay);
  SubmitThreadpoolWork(start_work_);
}

// Whoever has set `launching_` is alone here.
std::shared_ptr<const Settings> Supervisor::SettingsFor(Purpose purpose) {
  std::shared_ptr<const Settings> settings;
  std::uint64_t stops;
  {
    const Guard guard(lock_);
    stops = service_stops_;
    if (purpose != Purpose::kReload && !SettingsAreOld(guard)) settings = settings_;
  }
  if (!settings) {
    Settings read = Settings::Read();
    // The one thing that can't change while the process lives.
    read.placement = placement_;
    settings = std::make_shared<const Settings>(std::move(read));
  }
  // After a reload that fails, those of before count.
  if (purpose != Purpose::kReload) {
    const Guard guard(lock_);
    settings_ = settings;
    settings_stops_ = stops;
  }
  // Once for each reading, the first of which was on a thread of the RAS server.
  if (std::exchange(told_, settings) != settings) TellAbout(*settings, events_);
  reload_watch_.WatchRequests();
  // Before the worker reads it, so that no change goes unnoticed.
  if (purpose != Purpose::kSpare) {
    reload_watch_.WatchFile(settings->watch_policy != 0 ? settings->policy_path : std::wstring());
  }
  return settings;
}

bool Supervisor::Launch(const std::shared_ptr<const Settings>& settings, DWORD& error,
                        std::string& why) {
  std::list<std::shared_ptr<Worker>> entry(1);
  const std::shared_ptr<Worker> worker = Worker::Start(settings, log_, *this, error, why);
  if (!worker) return false;
  entry.front() = worker;
  bool wanted = false;
  {
    const Guard guard(lock_);
    launching_ = false;
    wanted = demanded_ && !SettingsAreOld(guard);
    if (wanted) {
      starting_ = worker;
      worker->number = ++last_number_;
      workers_.splice(workers_.end(), entry);
      worker->Write({0, Hello{kProtocolVersion, RASSHOST_BUILD_ID}});
    }
  }
  if (wanted) {
    // Only now: what it tells must find it in its place.
    worker->Listen();
  } else {
    // The service has stopped meanwhile.
    worker->Stop();
    SubmitThreadpoolWork(start_work_);
  }
  return true;
}

std::optional<Supervisor::Purpose> Supervisor::NextStart(const Guard& guard) noexcept {
  if (!demanded_ || launching_ || starting_) return std::nullopt;
  // Whoever reads the settings anew has loaded the policy anew, too.
  if (std::exchange(reload_wanted_, false) && !SettingsAreOld(guard)) return Purpose::kReload;
  const bool wants_spare = placement_ == Placement::kWorker &&
                           (settings_->spare_workers > 0 || (current_ && current_->worn_out));
  if (current_ && (spare_ || !wants_spare)) return std::nullopt;
  const std::uint64_t now_ms = GetTickCount64();
  std::uint64_t start_ms = now_ms + throttle_.WaitMs(now_ms);
  if (current_ && !current_->worn_out) {
    start_ms = std::max(start_ms, current_since_ms_ + kSpareDelayMs);
  }
  if (const std::uint64_t wait_ms = start_ms - now_ms; wait_ms > 0) {
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
  bool reloaded = false;
  {
    const Guard guard(lock_);
    if (worker.ready) return false;
    if (worker.lost) return true;
    OnReady(guard, worker);
    is_current = current_.get() == &worker;
    reloaded = purpose_ == Purpose::kReload;
  }
  listener_.OnCurrentChanged();
  SubmitThreadpoolWork(start_work_);
  log_.Write({"worker ready: it ", is_current ? "takes the calls" : "stands by"});
  if (reloaded) events_.Report(EventId::kPolicyReloaded, {});
  return true;
}

void Supervisor::OnReady(const Guard& guard, Worker& worker) noexcept {
  worker.ready = true;
  worker.ready_since_ms = GetTickCount64();
  if (purpose_ == Purpose::kReload) {
    Retire(guard, spare_);
    Retire(guard, current_);
    settings_ = worker.settings();
  }
  // Whatever it was started for: the current one may have been lost meanwhile.
  if (current_) {
    spare_ = std::move(starting_);
  } else {
    Promote(guard, starting_);
  }
  Replace(guard);
  // At once, so that each knows from now on what to expect of us.
  if (beat_ms_ == BeatMs()) return SendPing(guard, worker, kBetweenBeats);
  beat_ms_ = BeatMs();
  for (const auto& each : workers_) {
    if (each->ready) SendPing(guard, *each, kBetweenBeats);
  }
  SetBeat(guard);
}

void Supervisor::WearOut(const Guard& guard, Worker& worker, const char* why) noexcept {
  if (worker.worn_out || worker.retiring || worker.placement() == Placement::kInProcess) return;
  worker.worn_out = true;
  recycled_ = why;
  Replace(guard);
  SubmitThreadpoolWork(start_work_);
}

void Supervisor::Replace(const Guard& guard) noexcept {
  if (spare_ && spare_->worn_out) Retire(guard, spare_);
  if (!current_ || !current_->worn_out || !spare_) return;
  Retire(guard, current_);
  Promote(guard, spare_);
}

void Supervisor::Promote(const Guard&, std::shared_ptr<Worker>& place) noexcept {
  current_ = std::move(place);
  current_since_ms_ = GetTickCount64();
}

void Supervisor::Retire(const Guard& guard, std::shared_ptr<Worker>& place) noexcept {
  const std::shared_ptr<Worker> worker = std::move(place);
  if (!worker) return;
  worker->retiring = true;
  DismissIfDone(guard, *worker);
}

void Supervisor::OnServiceStopped() noexcept {
  std::shared_ptr<Worker> unready;
  {
    const Guard guard(lock_);
    if (!demanded_ && !current_ && !spare_ && !starting_) return;
    ++service_stops_;
    demanded_ = false;
    throttle_.Reset();
    Retire(guard, spare_);
    Retire(guard, current_);
    // Its policy may never load.
    unready = std::move(starting_);
    if (unready) {
      unready->lost = true;
      workers_.remove(unready);
    }
  }
  if (unready) unready->Stop();
  log_.Write({"the RemoteAccess service has stopped or is about to: its workers leave"});
  listener_.OnNoWorker(ERROR_SERVICE_NOT_ACTIVE);
}

void Supervisor::DismissIfDone(const Guard&, Worker& worker) noexcept {
  if (!worker.retiring || worker.sessions > 0 || worker.leaving || worker.lost) return;
  worker.leaving = true;
  worker.missed_beats = kBetweenBeats;
  worker.Write({0, Leave{}});
}

void Supervisor::OnReloadWanted() noexcept {
  // JavaScript of this process has loaded its policy itself.
  if (placement_ == Placement::kInProcess) return;
  {
    const Guard guard(lock_);
    reload_wanted_ = true;
    throttle_.Reset();
  }
  SubmitThreadpoolWork(start_work_);
}

// --- Heartbeat ---

void CALLBACK Supervisor::Beat(PTP_CALLBACK_INSTANCE, void* context, PTP_TIMER) noexcept {
  static_cast<Supervisor*>(context)->TakePulses();
}

DWORD Supervisor::BeatMs() const noexcept {
  return settings_->silence_seconds * 1000 / kMissedBeats;
}

void Supervisor::SetBeat(const Guard&) noexcept {
  beating_ = true;
  FILETIME time = FromNow(beat_ms_);
  SetThreadpoolTimer(beat_timer_, &time, 0, 0);
}

void Supervisor::TakePulses() noexcept {
  {
    const Guard guard(lock_);
    // Of a reload that has set the timer meanwhile: the one under way sets it again.
    if (std::exchange(taking_pulses_, true)) return;
  }
  host_service_.Ask();
  std::uint64_t number = 0;
  while (true) {
    std::shared_ptr<Worker> worker;
    bool answers = false;
    {
      const Guard guard(lock_);
      worker = NextAfter(guard, number);
      if (!worker) {
        taking_pulses_ = false;
        beating_ = demanded_ || launching_ || !workers_.empty();
        if (beating_) SetBeat(guard);
        return;
      }
      number = worker->number;
      if (!worker->ready) continue;
      answers = TakePulse(guard, *worker);
    }
    // First its memory: a worker that fills it may well be too busy with that to answer.
    if (!CheckWear(*worker)) {
      OnWorkerLost(*worker, ERROR_NOT_ENOUGH_MEMORY, "it uses more than twice MemoryMegabytes");
    } else if (!answers) {
      OnWorkerLost(*worker, ERROR_TIMEOUT, "it does not answer");
    }
  }
}

std::shared_ptr<Worker> Supervisor::NextAfter(const Guard&, std::uint64_t number) const noexcept {
  for (const auto& worker : workers_) {
    if (worker->number > number) return worker;
  }
  return nullptr;
}

bool Supervisor::CheckWear(Worker& worker) noexcept {
  const std::uint64_t memory = worker.MemoryInUse();
  const std::size_t bound = Megabytes(worker.settings()->memory_megabytes);
  if (memory > 2 * bound) return false;
  const std::uint64_t most_ms = std::uint64_t{worker.settings()->recycle_hours} * 3'600'000;
  const Guard guard(lock_);
  if (memory > bound) {
    WearOut(guard, worker, "it uses more than MemoryMegabytes");
  } else if (GetTickCount64() - worker.ready_since_ms >= most_ms) {
    WearOut(guard, worker, "it is older than RecycleHours");
  }
  return true;
}

bool Supervisor::TakePulse(const Guard& guard, Worker& worker) noexcept {
  if (worker.leaving) return ++worker.missed_beats < kMissedBeats;
  // A worker that is silent is not asked again, so that its channel does not fill up.
  if (worker.pong_due) return ++worker.missed_beats < kMissedBeats;
  SendPing(guard, worker, 0);
  return true;
}

void Supervisor::SendPing(const Guard&, Worker& worker, int missed_beats) noexcept {
  // JavaScript of this process can't be ended, whatever it does.
  if (worker.placement() == Placement::kInProcess) return;
  worker.pong_due = true;
  worker.missed_beats = missed_beats;
  worker.Write({0, Ping{beat_ms_}});
}

// --- Ends ---

void Supervisor::OnWorkerLost(Worker& worker, DWORD error, std::string_view why) noexcept {
  const bool here = worker.placement() == Placement::kInProcess;
  bool refused = false;
  bool left = false;
  bool callers_wait = false;
  Delay delay;
  {
    const Guard guard(lock_);
    if (std::exchange(worker.lost, true)) return;
    left = worker.leaving;
    refused = starting_.get() == &worker && purpose_ == Purpose::kReload;
    // After a reload that failed, those who wait get the settings of before.
    callers_wait = starting_.get() == &worker && !current_ && !refused;
    for (auto* place : {&starting_, &current_, &spare_}) {
      if (place->get() == &worker) place->reset();
    }
    if (!current_) Promote(guard, spare_);
    // One that dies at its work is no sign that the next would be of no use.
    const bool idled = worker.ready && GetTickCount64() - worker.ready_since_ms >= kProvenMs;
    workers_.remove_if([&](const auto& other) { return other.get() == &worker; });
    if (here) {
      worker.Write({0, Ended{EndReason::kHost}});
      demanded_ = false;
    } else if (worker.dialogs == 0 && !idled && !refused && !left) {
      delay = Failed(guard);
    }
  }
  if (!here) worker.Stop();
  listener_.OnSessionsLost(worker, error, here);
  // A worker that never got ready would not do so for these callers either; one that died at its
  // work leaves them to the next.
  if (callers_wait) listener_.OnNoWorker(error);
  listener_.OnCurrentChanged();
  if (!left) {
    TellLoss(refused, error, why);
  }
  Tell(delay);
  SubmitThreadpoolWork(start_work_);
}

void Supervisor::OnWorkerGone(Worker& worker) noexcept {
  OnWorkerLost(worker, ERROR_PROCESS_ABORTED, worker.HowItEnded());
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
  if (placement_ == Placement::kInProcess) {
    // JavaScript offers itself when it likes: the next caller asks again.
    demanded_ = false;
    return {};
  }
  const std::uint64_t delay_ms = throttle_.Failed(GetTickCount64());
  return {delay_ms, throttle_.failures()};
}

void Supervisor::TellLoss(bool of_reload, DWORD error, std::string_view why) noexcept {
  try {
    const std::string reason = std::string(why) + ": error " + std::to_string(error);
    events_.Report(of_reload ? EventId::kPolicyRefused : EventId::kWorkerLost, {reason});
  } catch (const std::bad_alloc&) {
    // The worker is gone all the same.
  }
}

void Supervisor::Tell(const Delay& delay) noexcept {
  if (delay.failures == 0) return;
  events_.Report(EventId::kWorkerThrottled,
                 {std::to_string(delay.failures), std::to_string(delay.ms)});
}

}  // namespace rasshost
