// SPDX-License-Identifier: MIT
// How the supervisor starts a worker. Whoever has been given a start by the fleet is alone here
// until it has ended, on a thread of the pool: it may take its time.
#include <utility>

#include "security_dll/guarded.h"
#include "security_dll/settings_report.h"
#include "security_dll/supervisor.h"

namespace rasshost {

WorkerLimits Supervisor::LimitsOf(const Settings& settings) noexcept {
  return {.wants_spare = settings.spare_workers > 0,
          .beat_ms = BeatMs(settings),
          .recycle_dialogs = settings.recycle_dialogs,
          .recycle_ms = std::uint64_t{settings.recycle_hours} * 3'600'000,
          .memory_bytes = Megabytes(settings.memory_megabytes)};
}

void CALLBACK Supervisor::StartWanted(PTP_CALLBACK_INSTANCE instance, void* context,
                                      PTP_WORK) noexcept {
  CallbackMayRunLong(instance);
  static_cast<Supervisor*>(context)->StartNext();
}

void CALLBACK Supervisor::MayRestart(PTP_CALLBACK_INSTANCE instance, void* context,
                                     PTP_TIMER) noexcept {
  CallbackMayRunLong(instance);
  static_cast<Supervisor*>(context)->StartNext();
}

void Supervisor::StartNext() noexcept {
  std::optional<Fleet::Start> start;
  {
    Endings endings;
    const Guard guard(lock_);
    start = fleet_.NextStart(GetTickCount64());
    Act(guard, endings);
  }
  if (!start) return;
  // Now, so that a service is known by the time that it stops.
  service_.Ask();

  DWORD error = ERROR_OUTOFMEMORY;
  std::string why;
  const auto worker = Guarded([&] { return Launch(*start, error, why); },
                              [&](DWORD failure) {
                                error = failure;
                                return std::shared_ptr<Worker>();
                              });
  if (worker) return Launched(worker);
  LaunchFailed(*start, error, why.empty() ? "out of memory" : std::string_view(why));
}

std::shared_ptr<Worker> Supervisor::Launch(const Fleet::Start& start, DWORD& error,
                                           std::string& why) {
  auto worker = Worker::Start(start.worker, SettingsFor(start), reports_.log(), *this, error, why);
  // Nobody else knows it yet, so it needs no lock.
  if (worker) worker->Write({0, Hello{kProtocolVersion, RASSHOST_BUILD_ID}});
  return worker;
}

std::shared_ptr<const Settings> Supervisor::SettingsFor(const Fleet::Start& start) {
  std::shared_ptr<const Settings> settings;
  if (start.fresh) {
    Settings read = Settings::Read();
    // The one thing that can't change while the process lives.
    read.placement = placement_;
    settings = std::make_shared<const Settings>(std::move(read));
  }
  {
    const Guard guard(lock_);
    if (!settings) settings = settings_;
    // After a reload that fails, those of before count.
    if (start.purpose != StartPurpose::kReload) settings_ = settings;
  }
  // Once for each reading, the first of which was on a thread of the RAS server.
  if (std::exchange(told_, settings) != settings) TellAbout(*settings, reports_);
  reload_watch_.WatchRequests();
  // Before the worker reads it, so that no change goes unnoticed.
  if (start.purpose != StartPurpose::kSpare) {
    reload_watch_.WatchFile(settings->watch_policy != 0 ? settings->policy_path : std::wstring());
  }
  return settings;
}

void Supervisor::Launched(const std::shared_ptr<Worker>& worker) noexcept {
  {
    Endings endings;
    const Guard guard(lock_);
    const bool is_wanted = fleet_.Launched(worker->number(), LimitsOf(*worker->settings()));
    workers_[fleet_.PlaceOf(worker->number())] = worker;
    Act(guard, endings);
    if (!is_wanted) return;
  }
  // Only now: what it tells must find it in its place.
  worker->Listen();
}

void Supervisor::LaunchFailed(const Fleet::Start& start, DWORD error,
                              std::string_view why) noexcept {
  Fleet::Loss loss;
  {
    Endings endings;
    const Guard guard(lock_);
    loss = fleet_.LaunchFailed(start.worker, GetTickCount64());
    Act(guard, endings);
  }
  if (loss.callers_wait) listener_.OnNoWorker(error);
  Tell(loss, error, "not started: ", why);
}

}  // namespace rasshost
