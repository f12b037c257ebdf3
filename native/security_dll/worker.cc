// SPDX-License-Identifier: MIT
#include "security_dll/worker.h"

#include <psapi.h>

#include <new>

#include "common/attachment.h"
#include "common/relative_time.h"
#include "security_dll/worker_output.h"

namespace rasshost {
namespace {

// Frames handled in one callback of the pool, before others get their turn.
constexpr int kFramesAtATime = 4096;

UniqueHandle Duplicate(HANDLE handle) noexcept {
  UniqueHandle copy;
  DuplicateHandle(GetCurrentProcess(), handle, GetCurrentProcess(), copy.put(), 0, FALSE,
                  DUPLICATE_SAME_ACCESS);
  return copy;
}

}  // namespace

Worker::Worker(Channel channel, std::shared_ptr<const Settings> settings,
               Listener& listener) noexcept
    : channel_(std::move(channel)), settings_(std::move(settings)), listener_(listener) {}

std::shared_ptr<Worker> Worker::Start(const std::shared_ptr<const Settings>& settings, Log& log,
                                      Listener& listener, DWORD& error, std::string& why) {
  auto channel = Channel::Create();
  if (!channel) {
    error = GetLastError();
    why = "creating the channel";
    return nullptr;
  }
  std::shared_ptr<Worker> worker(new Worker(std::move(*channel), settings, listener));
  worker->wake_wait_.reset(CreateThreadpoolWait(Woken, worker.get(), nullptr));
  worker->gone_wait_.reset(CreateThreadpoolWait(Gone, worker.get(), nullptr));
  if (!worker->wake_wait_ || !worker->gone_wait_) {
    error = GetLastError();
    why = "creating the worker's waits";
    return nullptr;
  }
  worker->channel_.Sleep();
  error =
      settings->placement == Placement::kWorker ? worker->Launch(log, why) : worker->Attach(why);
  return error == NO_ERROR ? worker : nullptr;
}

DWORD Worker::Launch(Log& log, std::string& why) {
  const char* what = "";
  // Closed at the end of this function: then the worker is the only one who could write to it.
  const UniqueHandle output = log.is_open() ? StartWorkerOutput(log) : UniqueHandle();
  const DWORD error =
      StartWorkerProcess(*settings_, channel_.handles(), output.get(), process_, what);
  why = what;
  return error;
}

DWORD Worker::Attach(std::string& why) noexcept {
  why = "no rasshost.node in this process has offered a policy";
  // Node unloads the addon of an environment that has ended: not while we call into it.
  UniqueModule addon;
  if (!GetModuleHandleExW(0, kAddonModule, addon.put())) return ERROR_MOD_NOT_FOUND;
  const auto attach = reinterpret_cast<AttachFunction>(
      reinterpret_cast<void*>(GetProcAddress(addon.get(), kAttachExport)));
  if (attach == nullptr) return ERROR_PROC_NOT_FOUND;

  gone_.reset(CreateEventW(nullptr, TRUE, FALSE, nullptr));
  const ChannelHandles handles = channel_.handles();
  UniqueHandle section = Duplicate(handles.section);
  UniqueHandle to_worker = Duplicate(handles.to_worker);
  UniqueHandle to_host = Duplicate(handles.to_host);
  UniqueHandle gone = Duplicate(gone_.get());
  if (!gone_ || !section || !to_worker || !to_host || !gone) return GetLastError();
  const Attachment attachment{
      sizeof(attachment), {section.get(), to_worker.get(), to_host.get()}, gone.get()};
  const DWORD error = attach(&attachment);
  if (error != NO_ERROR) return error;
  section.release();
  to_worker.release();
  to_host.release();
  gone.release();
  return NO_ERROR;
}

void Worker::Listen() noexcept {
  self_ = shared_from_this();
  FILETIME bound = FromNow(std::uint64_t{settings_->start_seconds} * 1000);
  ArmGone(&bound);
  ArmWake();
  listening_ = true;
  // Either wait may have brought the end already; Reap must not begin before both are armed.
  if (stopping_) ReapSoon();
}

void Worker::ArmGone(FILETIME* bound) noexcept {
  SetThreadpoolWait(gone_wait_.get(), process_.process ? process_.process.get() : gone_.get(),
                    bound);
}

std::uint64_t Worker::MemoryInUse() const noexcept {
  PROCESS_MEMORY_COUNTERS counters{};
  if (!process_.process ||
      !K32GetProcessMemoryInfo(process_.process.get(), &counters, sizeof(counters))) {
    return 0;
  }
  return counters.WorkingSetSize;
}

void Worker::Write(const Frame& frame) noexcept {
  if (cut_off_) return;
  try {
    const bool written = Encode(frame, encoded_) && channel_.Write(encoded_) == RingStatus::kOk;
    Wipe(encoded_);
    if (written) return;
  } catch (const std::bad_alloc&) {
  }
  // The listener's lock is held here, and OnWorkerLost takes it: Woken() tells.
  cut_off_ = true;
  SetEvent(channel_.wake_event());
}

void CALLBACK Worker::Woken(PTP_CALLBACK_INSTANCE, void* context, PTP_WAIT,
                            TP_WAIT_RESULT) noexcept {
  auto* const worker = static_cast<Worker*>(context);
  if (worker->cut_off_) {
    worker->listener_.OnWorkerLost(*worker, ERROR_PROCESS_ABORTED, "it does not drain its channel");
  }
  try {
    worker->Drain();
  } catch (const std::bad_alloc&) {
    worker->listener_.OnWorkerLost(*worker, ERROR_OUTOFMEMORY, "out of memory");
  }
  if (!worker->stopping_) worker->ArmWake();
}

void Worker::Drain() {
  std::vector<std::byte> bytes;
  for (int i = 0; i < kFramesAtATime && !stopping_; ++i) {
    switch (channel_.Read(bytes)) {
      case RingStatus::kOk: {
        auto frame = Decode(bytes, Direction::kToHost);
        Wipe(bytes);
        const bool allowed = frame && listener_.OnFrame(*this, *frame);
        if (frame) Wipe(*frame);
        if (allowed) break;
        listener_.OnWorkerLost(*this, ERROR_INVALID_DATA, "it sent a frame that is not allowed");
        return;
      }
      case RingStatus::kEmpty:
        if (channel_.Sleep()) return;
        break;
      default:
        listener_.OnWorkerLost(*this, ERROR_INVALID_DATA, "its end of the channel is corrupt");
        return;
    }
  }
  SetEvent(channel_.wake_event());
}

void CALLBACK Worker::Gone(PTP_CALLBACK_INSTANCE, void* context, PTP_WAIT,
                           TP_WAIT_RESULT result) noexcept {
  auto* const worker = static_cast<Worker*>(context);
  if (result != WAIT_TIMEOUT) {
    // A verdict that it wrote just before and that nobody has read yet is lost with it: ERROR.
    worker->listener_.OnWorkerGone(*worker);
    return;
  }
  worker->listener_.OnStartBound(*worker);
  if (!worker->stopping_) worker->ArmGone(nullptr);
}

void Worker::Stop() noexcept {
  if (stopping_.exchange(true)) return;
  if (process_.job) TerminateJobObject(process_.job.get(), ERROR_PROCESS_ABORTED);
  if (listening_) ReapSoon();
}

void Worker::ReapSoon() noexcept {
  if (reaping_.exchange(true)) return;
  // Not here: this may be one of the callbacks that Reap waits for. Without a thread to be had, the
  // worker's few handles stay open.
  TrySubmitThreadpoolCallback(Reap, this, nullptr);
}

void CALLBACK Worker::Reap(PTP_CALLBACK_INSTANCE, void* context) noexcept {
  auto* const worker = static_cast<Worker*>(context);
  // Twice, since a callback that was running at the first attempt may have armed its wait again.
  for (int i = 0; i < 2; ++i) {
    for (PTP_WAIT wait : {worker->wake_wait_.get(), worker->gone_wait_.get()}) {
      SetThreadpoolWait(wait, nullptr, nullptr);
      WaitForThreadpoolWaitCallbacks(wait, TRUE);
    }
  }
  worker->self_.reset();
}

}  // namespace rasshost
